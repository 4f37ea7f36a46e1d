import type { Values } from "../kinds/kind";
import type { Run } from "../run/run";
import { ACCOUNT } from "./values";

/** Why an object cannot be seen from here; `undefined` when it can, or when nobody knows. */
export function otherUnit(state: Values, accountId: string | undefined): string | undefined {
  const made = state[ACCOUNT];
  if (made === undefined || accountId === undefined || made === accountId) return undefined;
  return `it was made in business unit ${made}, and this is ${accountId}`;
}

/** A 404 of another business unit would count as gone: the object would be forgotten, and go on without us. */
export function refuseOtherUnit(state: Values, accountId: string | undefined): void {
  const elsewhere = otherUnit(state, accountId);
  if (elsewhere === undefined) return;
  const wayOut = `act in ${state[ACCOUNT]} again; to move it, give it an ens.Provider of its own for ${accountId}`;
  throw new Error(`${elsewhere}: nothing was read or changed; ${wayOut}`);
}

/** Before a 404 is believed, ENS is asked which business unit this is, where an answer can make a difference. */
export async function askAndRefuseOtherUnit(run: Run, state: Values): Promise<void> {
  if (state[ACCOUNT] !== undefined) refuseOtherUnit(state, await run.accountId());
}
