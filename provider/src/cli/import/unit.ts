import type { z } from "zod";
import type { EnsClient } from "../../ens/client";
import { list } from "../../ens/codec";
import { emptyWhenGone } from "../../ens/errors";
import { type CallbackState, callback } from "../../kinds/callback";
import { answer, type Live, PATH } from "../../kinds/callback/wire";
import { type SubscriptionState, subscription } from "../../kinds/subscription";
import { byCallback, type Live as LiveSubscription, answer as subscriptionAnswer } from "../../kinds/subscription/wire";
import { isVerified } from "../../verification/verify";

/** An object of ENS: as a resource of ours would have it, or why no resource can describe it. */
export interface Found<Inputs, State> {
  readonly id: string;
  readonly name: string;
  readonly described?: { readonly inputs: Inputs; readonly state: State };
  readonly problem?: string;
}
type CallbackInputs = z.output<typeof callback.inputs>;
type SubscriptionInputs = z.output<typeof subscription.inputs>;
export type FoundSubscription = Found<SubscriptionInputs, SubscriptionState>;
export interface FoundCallback extends Found<CallbackInputs, CallbackState> {
  readonly status: string;
  readonly subscriptions: readonly FoundSubscription[];
}

/**
 * All callbacks of the business unit that are wanted, with their subscriptions, in the order of their names: one call,
 * and one for each callback. Nothing is changed.
 */
export async function unit(ens: EnsClient, wanted: (callbackName: string) => boolean): Promise<FoundCallback[]> {
  const all = await ens.list(PATH, list(answer)).catch(emptyWhenGone);
  const chosen = all.filter(({ callbackName }) => wanted(callbackName));
  return ordered(await Promise.all(chosen.map((live) => callbackOf(ens, live))));
}

async function callbackOf(ens: EnsClient, live: Live): Promise<FoundCallback> {
  const { callbackId: id, callbackName: name } = live;
  const all = await ens.list(byCallback(id), list(subscriptionAnswer)).catch(emptyWhenGone);
  const found = ordered(await Promise.all(all.map((each) => subscriptionOf(ens, each))));
  const status = live.status ?? "unknown";
  return { id, name, status, subscriptions: found, ...(await described(ens, live, all.length > 0)) };
}

/** Whatever ENS calls a callback with subscriptions: it was verified once, because ENS gives them to no other. */
async function described(
  ens: EnsClient,
  { callbackId, callbackName, url, maxBatchSize, authId, status }: Live,
  used: boolean,
): Promise<Pick<FoundCallback, "described" | "problem">> {
  const verification = used || isVerified(status) ? undefined : { strategy: "none" };
  const asked = { callbackName, url, maxBatchSize, authId: authId || undefined, verification };
  const parsed = callback.inputs.safeParse(asked);
  if (!parsed.success) return { problem: why(parsed.error) };
  const inputs = parsed.data;
  // Its key is with those who made it: without this, the first update would make a new one.
  const known = { ...inputs, callbackId, status: "unverified", statusReason: "none", adopted: true };
  const once = used && !isVerified(status) ? { verifiedAt: new Date(ens.clock.now()).toISOString() } : {};
  const { signatureKey: _, ...state } = await callback.read(ens, callbackId, { ...known, ...once });
  return { described: { inputs, state } };
}

async function subscriptionOf(ens: EnsClient, live: LiveSubscription): Promise<FoundSubscription> {
  const { subscriptionId: id, subscriptionName, callbackId, eventCategoryTypes, filters, status } = live;
  const statusReason = (status === "paused" && live.statusReason) || undefined;
  const asked = { subscriptionName, callbackId, eventCategoryTypes, filters, status, statusReason };
  const parsed = subscription.inputs.safeParse(asked);
  if (!parsed.success) return { id, name: subscriptionName, problem: why(parsed.error) };
  const inputs = parsed.data;
  return { id, name: subscriptionName, described: { inputs, state: await read(ens, id, inputs) } };
}

const read = (ens: EnsClient, id: string, inputs: SubscriptionInputs) =>
  subscription.read(ens, id, { ...inputs, subscriptionId: id });

function why(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `its ${path.join(".")} ${message}`).join("; ");
}

/** One order, however ENS lists them. */
function ordered<T extends { readonly name: string; readonly id: string }>(all: readonly T[]): T[] {
  const key = ({ name, id }: T) => `${name}\0${id}`;
  return [...all].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
