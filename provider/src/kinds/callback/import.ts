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

/** Reads a callback that is in no state by its id, and returns its inputs and its state. */
export async function importCallback(run: Run, id: string): Promise<Imported<Inputs, CallbackState>> {
  const [live, subscriptions] = await Promise.all([getCallback(run.ens, id), listSubscriptionNames(run.ens, id)]);
  return describeCallback(run, live, subscriptions.length > 0);
}

/**
 * Returns the inputs and the state of a callback that ENS has returned. Throws if no resource can describe it. A
 * callback with subscriptions (`isUsed`) counts as verified whatever its status, because ENS accepts subscriptions only
 * for verified ones.
 */
export function describeCallback(run: Run, live: LiveCallback, isUsed: boolean): Imported<Inputs, CallbackState> {
  const isFinished = isUsed || isVerified(live.status);
  const asked = { ...pickSent(properties, ["fixed", "stored", "switched"], live), ...(isFinished ? {} : UNVERIFIED) };
  const wanted = parseLive<Inputs>(schema, asked);
  const inputs = { ...wanted, callbackName: live.callbackName };
  const createdAt = new Date(run.clock.now()).toISOString(); // distinguishes the entries of one object
  // Without `adopted`, the first update would rotate the signature key, which is not known here.
  const known = { adopted: true, createdAt, ...(isUsed && !isVerified(live.status) ? { verifiedAt: createdAt } : {}) };
  const before = { ...inputs, callbackId: live.callbackId, status: "unverified", statusReason: "none", ...known };
  const { signatureKey: _, ...state } = withVerificationOutcome(run, withLive({ before, live }));
  return { inputs, state };
}

/** ENS has already sent the verification key, so no strategy can obtain it. */
const UNVERIFIED = { verification: { strategy: "none" } };
