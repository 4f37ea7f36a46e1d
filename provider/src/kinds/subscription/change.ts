import { isDeepStrictEqual } from "node:util";
import { getSubscription, type LiveSubscription, updateSubscription } from "../../ens/api";
import { EnsError } from "../../ens/errors";
import { poll, READ_LAG_MS } from "../../ens/poll";
import { namesWhere, pickSent } from "../../properties/facts";
import { subscription as properties } from "../../properties/subscription";
import type { Run } from "../../run/run";
import { without } from "../kind";
import type { Progress } from "../progress";
import { findNameOwner, nameTakenError, withInputHints } from "./create-or-adopt";
import type { Inputs, SubscriptionState } from "./schema";
import { asSets, restoreSpelling } from "./selection";
import { stateBeforeUpdate, withLive } from "./state";

/**
 * Properties that every PUT must contain. `status` is sent only if it changes. Source: ENS REST contract §2.11, §11
 * #28.
 */
const STORED = namesWhere(properties, ({ ens }) => ens === "stored");
type Asked = Pick<Inputs, "subscriptionName" | "eventCategoryTypes" | "filters"> &
  Partial<Pick<Inputs, "status" | "statusReason">>;

/** Makes an existing subscription match the program. */
export async function reconcile(
  run: Run,
  id: string,
  progress: Progress<SubscriptionState>,
  inputs: Inputs,
): Promise<void> {
  const before = progress.state;
  const unconfirmed = before.unconfirmed === true;
  const isTurned = inputs.status !== before.status || unconfirmed;
  const asked: Asked = asSets({
    ...pickSent(properties, ["stored"], inputs),
    ...(isTurned ? pickSent(properties, ["switched"], inputs) : {}),
  });
  const wanted = stateBeforeUpdate({ before, wanted: inputs });
  if (findDifferences(before, asked).length === 0 && !unconfirmed) {
    progress.learn(wanted);
    return;
  }
  await send(run, id, progress, asked);
  const live = await waitForUpdate(run, id, asked);
  progress.record({ ...withLive({ before: wanted, live }), statusReason: inputs.statusReason });
  const kept = findDifferences(live, asked).join(" and ");
  if (kept !== "") {
    const message = `subscription ${id}: ENS accepted the update but still shows other values of ${kept}`;
    const next = "Run 'pulumi up' again, or check the subscription in Setup.";
    throw progress.partialFailureError(`${message} after ${READ_LAG_MS / 1000} s. ${next}`);
  }
}

/** Sends the update. A status that ENS rejects because the subscription already has it is omitted. */
async function send(run: Run, id: string, progress: Progress<SubscriptionState>, asked: Asked): Promise<void> {
  const before = progress.state;
  const put = async (body: Asked) => {
    try {
      await updateSubscription(run.ens, { subscriptionId: id, ...body });
      progress.record({ ...before, unconfirmed: true }); // until ENS shows the update
    } catch (error) {
      if (!(error instanceof EnsError && error.lost)) throw error;
      progress.record({ ...before, unconfirmed: true });
      throw error;
    }
  };
  try {
    await put(asked);
  } catch (error) {
    if (!(error instanceof EnsError) || (error.status !== 400 && error.status !== 409)) throw error;
    const live = await getSubscription(run.ens, id); // throws if the subscription no longer exists. Source: §11 #30
    const left = findDifferences(live, asked);
    if (asked.status === live.status) {
      await put(without(asked, "status", "statusReason"));
      return;
    }
    const owner = left.includes("subscriptionName") ? await findNameOwner(run, asked.subscriptionName) : undefined;
    throw owner === undefined ? withInputHints(error, asked) : nameTakenError(error, owner);
  }
}

/**
 * Waits until ENS shows the update, and returns what ENS shows in the end. ENS may show an update with a delay, or
 * ignore a part of it. Source: §11 #14, #37.
 */
async function waitForUpdate(run: Run, id: string, asked: Asked): Promise<LiveSubscription> {
  let last: LiveSubscription | EnsError | undefined;
  await poll(run, READ_LAG_MS, `ENS to show the update of subscription ${id}`, async () => {
    last = await getSubscription(run.ens, id).catch(itselfWhenGone);
    return !(last instanceof EnsError) && findDifferences(last, asked).length === 0 ? true : undefined;
  });
  if (last === undefined || last instanceof EnsError) throw last;
  return last;
}

/** Returns the properties that differ from the inputs. `statusReason` does not count, because ENS changes its words. */
function findDifferences(seen: Asked | LiveSubscription | SubscriptionState, asked: Asked): string[] {
  const eventCategoryTypes = restoreSpelling(seen.eventCategoryTypes, asked.eventCategoryTypes);
  const known = asSets({ ...seen, eventCategoryTypes });
  return [...STORED, "status"].filter((name) => {
    const value: unknown = Reflect.get(asked, name);
    return value !== undefined && !isDeepStrictEqual(value, Reflect.get(known, name));
  });
}

function itselfWhenGone(error: unknown): EnsError {
  if (error instanceof EnsError && error.gone) return error;
  throw error;
}
