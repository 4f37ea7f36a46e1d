import { z } from "zod";
import type { EnsClient } from "../../ens/client";
import { list } from "../../ens/codec";
import { emptyWhenGone, reason } from "../../ens/errors";
import { type Blocker, leaves, listed } from "../blockers";
import { deleteUnlessUsed } from "../delete-unless-used";
import { type CallbackState, pathOf, unverifiable } from "./wire";

const subscription = z.object({
  subscriptionId: z.string(),
  subscriptionName: z.string(),
  callbackId: z.string().nullish(),
});

/** Deletes a callback as its state says: what the program says now is not known any more. */
export async function deleted(ens: EnsClient, id: string, state: CallbackState): Promise<void> {
  // One that nobody can verify any more delivers nothing and blocks its url.
  if (state.onDelete === "retain" && !unverifiable(state)) {
    leaves(ens, id, `callback ${id} (${state.callbackName} at ${state.url})`);
    return;
  }
  await removed(ens, id, state.onDelete);
}

/**
 * Deletes a callback, unless subscriptions refer to it: then it rejects and names them. With `cascade` it deletes those
 * that ENS lists under this callback, each after a line that says so. Source: §2.5.
 */
export async function removed(ens: EnsClient, id: string, onDelete?: CallbackState["onDelete"]): Promise<void> {
  await deleteUnlessUsed(ens, pathOf(id), `callback ${id}`, {
    noun: "subscription",
    advice: `delete them first, or take them into this stack; with onDelete: "cascade" they would go with it`,
    find: async () => {
      const path = `/platform/v1/ens-subscriptions-by-cb/${encodeURIComponent(id)}`;
      const found = await ens.get(path, list(subscription)).catch(emptyWhenGone);
      const its = found.filter(({ callbackId }) => (callbackId ?? id).toLowerCase() === id.toLowerCase());
      return { blockers: its.map((each) => ({ id: each.subscriptionId, name: each.subscriptionName })) };
    },
    ...(onDelete === "cascade" ? { clear: (blockers: Blocker[]) => cleared(ens, id, blockers) } : {}),
  });
}

async function cleared(ens: EnsClient, id: string, blockers: Blocker[]): Promise<void> {
  const attempts = blockers.map(async (blocker) => {
    ens.warn(`callback ${id}: deleting its subscription ${blocker.name} (${blocker.id}): onDelete is "cascade"`);
    await ens.delete(`/platform/v1/ens-subscriptions/${encodeURIComponent(blocker.id)}`);
  });
  const failed = (await Promise.allSettled(attempts)).flatMap((attempt, at) =>
    attempt.status === "rejected" ? [{ blocker: blockers[at] as Blocker, cause: attempt.reason as unknown }] : [],
  );
  const [first] = failed;
  if (first === undefined) return;
  const left = failed.map(({ blocker }) => blocker);
  const done = `${blockers.length - left.length} of the ${blockers.length} subscriptions of callback ${id} are deleted`;
  const next = `${reason(first.cause)}; run the same command again, and it goes on from there`;
  throw new Error(`${done}, left: ${listed(ens, left)}${next}`, { cause: first.cause });
}
