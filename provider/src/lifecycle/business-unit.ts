import type { Values } from "../kinds/kind";
import type { Run } from "../run/run";
import { ACCOUNT } from "./values";

/**
 * Explains why the current settings cannot see an object. Returns `undefined` when they can, or when a business unit is not
 * known.
 */
export function explainOtherUnit(state: Values, accountId: string | undefined): string | undefined {
  const creator = state[ACCOUNT];
  if (creator === undefined || accountId === undefined || creator === accountId) return undefined;
  return `this object belongs to business unit ${creator}, but the current settings use ${accountId}`;
}

/**
 * Throws when an object belongs to another business unit. A 404 from there would look as if the object no longer existed,
 * and the state would lose it.
 */
export function throwIfOtherUnit(state: Values, accountId: string | undefined): void {
  const elsewhere = explainOtherUnit(state, accountId);
  if (elsewhere === undefined) return;
  const wayOut =
    `Use the settings of business unit ${state[ACCOUNT]} again, or attach an ens.Provider for ${accountId} to the resource ` +
    "to move it.";
  throw new Error(`${elsewhere}. Nothing was read or changed. ${wayOut}`);
}

/** Asks ENS for the current business unit, if necessary, and throws when the object belongs to another one. For use after a 404. */
export async function askAndThrowIfOtherUnit(run: Run, state: Values): Promise<void> {
  if (state[ACCOUNT] !== undefined) throwIfOtherUnit(state, await run.accountId());
}
