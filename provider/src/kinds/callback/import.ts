import { getCallback, type LiveCallback, listSubscriptionNames } from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { callback as properties } from "../../properties/callback";
import { pickSent } from "../../properties/facts";
import type { Run } from "../../run/run";
import { inputsSchema } from "../../validation/schema";
import { type Imported, parseLive } from "../imported";
import { type CallbackState, forms, type Inputs } from "./schema";
import { withLive } from "./state";
import { withVerificationOutcome } from "./verification";

const schema = inputsSchema(properties, forms);

/** A callback that is in no state, by its id: what a program would say of it, and the state that fits. */
export async function importCallback(run: Run, id: string): Promise<Imported<Inputs, CallbackState>> {
  const [live, subscriptions] = await Promise.all([getCallback(run.ens, id), listSubscriptionNames(run.ens, id)]);
  return describeCallback(run, live, subscriptions.length > 0);
}

/**
 * The same for a callback that ENS has shown. Throws when no resource can describe it. Whatever ENS calls a callback with
 * subscriptions (`isUsed`): it was verified once, because ENS gives them to no other.
 */
export function describeCallback(run: Run, live: LiveCallback, isUsed: boolean): Imported<Inputs, CallbackState> {
  const isFinished = isUsed || isVerified(live.status);
  const asked = { ...pickSent(properties, ["fixed", "stored", "switched"], live), ...(isFinished ? {} : UNVERIFIED) };
  const wanted = parseLive<Inputs>(schema, asked);
  const inputs = { ...wanted, callbackName: live.callbackName };
  const createdAt = new Date(run.clock.now()).toISOString(); // it tells the entries of one object apart
  // Its key is with those who made it: without this, the first update would make a new one.
  const known = { adopted: true, createdAt, ...(isUsed && !isVerified(live.status) ? { verifiedAt: createdAt } : {}) };
  const before = { ...inputs, callbackId: live.callbackId, status: "unverified", statusReason: "none", ...known };
  const { signatureKey: _, ...state } = withVerificationOutcome(run, withLive({ before, live }));
  return { inputs, state };
}

/** ENS has posted its key already, so that no strategy can get at it. */
const UNVERIFIED = { verification: { strategy: "none" } };
