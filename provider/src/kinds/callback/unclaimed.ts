import type { LiveCallback } from "../../ens/api";
import { poll } from "../../ens/poll";
import { ownerIn, ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import { generatorOf } from "../names";
import { countSubscriptions } from "./removal";
import type { Inputs } from "./schema";

/** More names than these nobody reads. */
const MOST_NAMES = 20;
/** How long the engine may take to come to the other callbacks of the program while one is being refused. */
const PATIENCE_MS = 1000;

/**
 * What a person has to know who decides about a callback that the state does not have: how many like it the program has,
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
  await poll(run, PATIENCE_MS, "the engine to come to other callbacks", async () => {
    seen = findUnclaimed(run, owner, others);
    return seen.unmet.length === 0 ? true : undefined;
  }).catch(() => undefined);
  const all = await Promise.all(
    [found, ...seen.inProgram, ...seen.unmet].map(async ({ callbackId, callbackName }) => ({
      callbackName,
      count: await countSubscriptions(run, callbackId).catch(() => undefined),
    })),
  );
  const [only] = all;
  if (all.length === 1) return `It has ${countText(only?.count)}.`;
  const used = all.filter(({ count }) => count !== 0);
  const names = used.map(({ callbackName, count = "unknown" }) => `${callbackName} (${count})`);
  const having = used.length === 0 ? "None has subscriptions" : `${used.length} have subscriptions: ${listText(names)}`;
  return `${whichText(all.length, seen.unmet.length)} ${having}.`;
}

function whichText(all: number, unmet: number): string {
  if (unmet === 0) return `It is one of ${all} callbacks of this program that are in ENS and not in the state.`;
  const known = all - unmet === 1 ? "this one is" : `${all - unmet} are`;
  return (
    `It is one of ${all} callbacks in ENS with names that this stack generates: ${known} of this program and not in the ` +
    `state, and this run has not come to the other ${unmet}, which the state may have.`
  );
}

/**
 * Callbacks with names that resources of this stack generate, and that no entry of the state is known to hold: those that
 * the program has, and those that the engine has not come to, which may be in the state.
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
    unmet: named.filter(({ isInProgram }) => !isInProgram),
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
