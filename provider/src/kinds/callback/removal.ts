import { deleteCallback, deleteSubscription, listSubscriptionNames } from "../../ens/api";
import { reason } from "../../ens/errors";
import { shownUrl } from "../../ens/shown-url";
import { ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { type Blocker, leaveInEns, listText } from "../blockers";
import { deleteUnlessUsed } from "../delete-unless-used";
import { type CallbackState, isUnverifiable } from "./schema";

const SHARED = `delete them first, or take them into this stack; with onDelete: "cascade" they would go with it`;
const SPARED = 'onDelete is "cascade", and resources of this stack hold them: delete those resources first';

/** Deletes a callback as its state says: what the program says now is not known any more. */
export async function deleteAsStated(run: Run, id: string, state: CallbackState): Promise<void> {
  // One that nobody can verify any more delivers nothing and blocks its url.
  if (state.onDelete === "retain" && !isUnverifiable(state)) {
    leaveInEns(run, id, `callback ${id} (${state.callbackName} at ${shownUrl(state.url)})`);
    return;
  }
  await deleteCallbackUnlessUsed(run, id, state.onDelete);
  const owner = ownerKey("Callback", state.owner);
  if (owner !== undefined) run.objects.deletedFor.add(owner);
}

/**
 * Deletes a callback, unless subscriptions refer to it: then it rejects and names them. With `cascade` it deletes those
 * that ENS lists under this callback, each after a line that says so. Source: §2.5.
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
      advice: onDelete === "cascade" ? SPARED : SHARED,
      find: async () => {
        const its = await listAttached(run, id);
        return { blockers: its.map((each) => ({ id: each.subscriptionId, name: each.subscriptionName })) };
      },
      ...(onDelete === "cascade" ? { clear: (blockers: Blocker[]) => deleteSubscriptions(run, id, blockers) } : {}),
    },
  );
}

/** How many subscriptions ENS lists under a callback. */
export async function countSubscriptions(run: Run, id: string): Promise<number> {
  return (await listAttached(run, id)).length;
}

async function listAttached(run: Run, id: string) {
  const found = await listSubscriptionNames(run.ens, id);
  return found.filter(({ callbackId }) => (callbackId ?? id).toLowerCase() === id.toLowerCase());
}

async function deleteSubscriptions(run: Run, id: string, blockers: readonly Blocker[]): Promise<void> {
  const attempts = blockers.map(async (blocker) => {
    run.warn(`callback ${id}: deleting its subscription ${blocker.name} (${blocker.id}): onDelete is "cascade"`);
    await run.trackDelete(blocker.id, () => deleteSubscription(run.ens, blocker.id));
  });
  const failed = (await Promise.allSettled(attempts)).flatMap((attempt, at) =>
    attempt.status === "rejected" ? [{ blocker: blockers[at] as Blocker, cause: attempt.reason as unknown }] : [],
  );
  const [first] = failed;
  if (first === undefined) return;
  const left = failed.map(({ blocker }) => blocker);
  const done = `${blockers.length - left.length} of the ${blockers.length} subscriptions of callback ${id} are deleted`;
  const next = `${reason(first.cause)}; run the same command again, and it goes on from there`;
  throw new Error(`${done}, left: ${listText(run, left)}${next}`, { cause: first.cause });
}
