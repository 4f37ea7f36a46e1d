import { deleteCallback, deleteSubscription, listSubscriptionNames } from "../../ens/api";
import { reason } from "../../ens/errors";
import { shownUrl } from "../../ens/shown-url";
import { ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { type Blocker, keepInEns, listText } from "../blockers";
import { deleteUnlessUsed } from "../delete-unless-used";
import { type CallbackState, isUnverifiable } from "./schema";

const RESTRICTED = `Delete them first, or adopt them in this stack. With onDelete: "cascade", they are deleted with the callback.`;
const SPARED = 'onDelete: "cascade" does not delete what resources of this stack manage. Delete those resources first.';

/** Deletes a callback as its state says, because Pulumi does not pass the inputs of the program. */
export async function deleteAsStated(run: Run, id: string, state: CallbackState): Promise<void> {
  // A callback that can no longer be verified gets no events and blocks its URL.
  if (state.onDelete === "retain" && !isUnverifiable(state)) {
    keepInEns(run, id, `callback ${id} (${state.callbackName} at ${shownUrl(state.url)})`);
    return;
  }
  await deleteCallbackUnlessUsed(run, id, state.onDelete);
  const owner = ownerKey("Callback", state.owner);
  if (owner !== undefined) run.objects.deletedFor.add(owner);
}

/**
 * Deletes a callback. Throws and names the subscriptions if any refer to it. With `cascade`, deletes the subscriptions
 * that ENS lists under the callback, with a warning for each. Source: §2.5.
 */
export async function deleteCallbackUnlessUsed(
  run: Run,
  id: string,
  onDelete?: CallbackState["onDelete"],
): Promise<void> {
  await deleteUnlessUsed(
    run,
    { id, object: `callback ${id}`, delete: () => deleteCallback(run.ens, id) },
    {
      noun: "subscription",
      advice: onDelete === "cascade" ? SPARED : RESTRICTED,
      find: async () => {
        const attached = await listAttached(run, id);
        return { blockers: attached.map((each) => ({ id: each.subscriptionId, name: each.subscriptionName })) };
      },
      ...(onDelete === "cascade" ? { clear: (blockers: Blocker[]) => deleteSubscriptions(run, id, blockers) } : {}),
    },
  );
}

/** Counts the subscriptions that ENS lists under a callback. */
export async function countSubscriptions(run: Run, id: string): Promise<number> {
  return (await listAttached(run, id)).length;
}

async function listAttached(run: Run, id: string) {
  const found = await listSubscriptionNames(run.ens, id);
  return found.filter(({ callbackId }) => (callbackId ?? id).toLowerCase() === id.toLowerCase());
}

async function deleteSubscriptions(run: Run, id: string, blockers: readonly Blocker[]): Promise<void> {
  const attempts = blockers.map(async (blocker) => {
    run.warn(
      `callback ${id}: deleting its subscription ${blocker.name} (${blocker.id}), because onDelete is "cascade"`,
    );
    await run.trackDelete(blocker.id, () => deleteSubscription(run.ens, blocker.id));
  });
  const failed = (await Promise.allSettled(attempts)).flatMap((attempt, at) =>
    attempt.status === "rejected" ? [{ blocker: blockers[at] as Blocker, cause: attempt.reason as unknown }] : [],
  );
  const [first] = failed;
  if (first === undefined) return;
  const left = failed.map(({ blocker }) => blocker);
  const done = `${blockers.length - left.length} of the ${blockers.length} subscriptions of callback ${id} were deleted`;
  const why = `Not deleted: ${listText(run, left)}The first error was: ${reason(first.cause)}`;
  throw new Error(`${done}. ${why}\nRun the same command again to delete the rest.`, { cause: first.cause });
}
