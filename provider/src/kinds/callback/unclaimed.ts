import type { LiveCallback } from "../../ens/api";
import { poll } from "../../ens/poll";
import { ownerIn, ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { generatorOf } from "../names";
import { countSubscriptions } from "./removal";
import type { Inputs } from "./schema";

/** The maximum number of names in the message. */
const MOST_NAMES = 20;
/** How long to wait until the engine reaches the other callbacks of the program. */
const PATIENCE_MS = 1000;

/**
 * Returns the facts for a decision about a callback that is not in the state: how many such callbacks the program has,
 * and which of them have subscriptions.
 */
export async function describeUnclaimed(
  run: Run,
  { owner }: Inputs,
  found: LiveCallback,
  listed: readonly LiveCallback[],
): Promise<string> {
  const others = listed.filter(({ callbackId }) => callbackId !== found.callbackId);
  let seen = findUnclaimed(run, owner, others);
  await poll(run, PATIENCE_MS, "the engine to reach the other callbacks", async () => {
    seen = findUnclaimed(run, owner, others);
    return seen.notReached.length === 0 ? true : undefined;
  }).catch(() => undefined);
  const all = await Promise.all(
    [found, ...seen.inProgram, ...seen.notReached].map(async ({ callbackId, callbackName }) => ({
      callbackName,
      count: await countSubscriptions(run, callbackId).catch(() => undefined),
    })),
  );
  const [only] = all;
  if (all.length === 1) return `This callback has ${countText(only?.count)}.`;
  const used = all.filter(({ count }) => count !== 0);
  const names = used.map(({ callbackName, count = "unknown" }) => `${callbackName} (${count})`);
  const having =
    used.length === 0
      ? "None of them has subscriptions"
      : `${used.length} of them ${used.length === 1 ? "has" : "have"} subscriptions: ${listText(names)}`;
  return `${whichText(all.length, seen.notReached.length)} ${having}.`;
}

function whichText(all: number, notReached: number): string {
  if (notReached === 0) return `This is one of ${all} callbacks of this program that are in ENS but not in the state.`;
  const known = all - notReached === 1 ? "This one belongs" : `${all - notReached} of them belong`;
  return (
    `This is one of ${all} callbacks in ENS with names that this stack generates. ${known} to this program and not in the ` +
    `state. This run has not reached the other ${notReached}, which may be in the state.`
  );
}

/**
 * Finds callbacks with names that resources of this stack generate and that no known entry of the state contains.
 * Returns those of the program, and those that the engine has not reached, which may be in the state.
 */
function findUnclaimed({ objects }: Run, owner: string | undefined, listed: readonly LiveCallback[]) {
  const known = [...objects.inProgram, ownerKey("Callback", owner)].flatMap((key) =>
    key?.startsWith("Callback ") ? [ownerIn(key)] : [],
  );
  const named = listed.flatMap((each) => {
    if (objects.isHeld(each.callbackId) || objects.deleted.has(each.callbackId)) return [];
    const by = generatorOf(known, each.callbackName, each.url);
    return by === undefined ? [] : [{ ...each, isInProgram: objects.inProgram.has(ownerKey("Callback", by) ?? "") }];
  });
  return {
    inProgram: named.filter(({ isInProgram }) => isInProgram),
    notReached: named.filter(({ isInProgram }) => !isInProgram),
  };
}

function listText(names: readonly string[]): string {
  const more = names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : [];
  return [...names.slice(0, MOST_NAMES), ...more].join(", ");
}

const countText = (count: number | undefined) =>
  count === undefined
    ? "subscriptions that cannot be counted"
    : `${count || "no"} subscription${count === 1 ? "" : "s"}`;
