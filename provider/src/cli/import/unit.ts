import type { z } from "zod";
import { type LiveCallback, type LiveSubscription, listCallbacks, listSubscriptions } from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { type CallbackState, callback } from "../../kinds/callback";
import { inputs as callbackInputs } from "../../kinds/callback/schema";
import { type SubscriptionState, subscription } from "../../kinds/subscription";
import { inputs as subscriptionInputs } from "../../kinds/subscription/schema";
import type { Run } from "../../run/run";

/** An object of ENS: as a resource of ours would have it, or why no resource can describe it. */
export interface Found<Inputs, State> {
  readonly id: string;
  readonly name: string;
  readonly described?: { readonly inputs: Inputs; readonly state: State };
  readonly problem?: string;
}
type CallbackInputs = z.output<typeof callbackInputs> & { callbackName: string };
type SubscriptionInputs = z.output<typeof subscriptionInputs> & { subscriptionName: string };
export type FoundSubscription = Found<SubscriptionInputs, SubscriptionState>;
export interface FoundCallback extends Found<CallbackInputs, CallbackState> {
  readonly status: string;
  readonly subscriptions: readonly FoundSubscription[];
}

/**
 * All callbacks of the business unit that are wanted, with their subscriptions, in the order of their names: one call,
 * and one for each callback. Nothing is changed.
 */
export async function unit(run: Run, wanted: (callbackName: string) => boolean): Promise<FoundCallback[]> {
  const all = await listCallbacks(run.ens, { shared: true });
  const chosen = all.filter(({ callbackName }) => wanted(callbackName));
  return ordered(await Promise.all(chosen.map((live) => callbackOf(run, live))));
}

async function callbackOf(run: Run, live: LiveCallback): Promise<FoundCallback> {
  const { callbackId: id, callbackName: name } = live;
  const all = await listSubscriptions(run.ens, id, { shared: true });
  const found = ordered(await Promise.all(all.map((each) => subscriptionOf(run, each))));
  const status = live.status ?? "unknown";
  return { id, name, status, subscriptions: found, ...(await described(run, live, all.length > 0)) };
}

/** Whatever ENS calls a callback with subscriptions: it was verified once, because ENS gives them to no other. */
async function described(
  run: Run,
  { callbackId, callbackName, url, maxBatchSize, authId, status }: LiveCallback,
  used: boolean,
): Promise<Pick<FoundCallback, "described" | "problem">> {
  const verification = used || isVerified(status) ? undefined : { strategy: "none" };
  const asked = { callbackName, url, maxBatchSize, authId: authId || undefined, verification };
  const parsed = callbackInputs.safeParse(asked);
  if (!parsed.success) return { problem: why(parsed.error) };
  const inputs = { ...parsed.data, callbackName };
  const createdAt = new Date(run.clock.now()).toISOString(); // it tells the entries of one object apart
  // Its key is with those who made it: without this, the first update would make a new one.
  const known = { ...inputs, callbackId, status: "unverified", statusReason: "none", adopted: true, createdAt };
  const once = used && !isVerified(status) ? { verifiedAt: createdAt } : {};
  const { signatureKey: _, ...state } = await callback.read(run, callbackId, { ...known, ...once });
  return { described: { inputs, state } };
}

async function subscriptionOf(run: Run, live: LiveSubscription): Promise<FoundSubscription> {
  const { subscriptionId: id, subscriptionName, callbackId, eventCategoryTypes, filters, status } = live;
  const statusReason = (status === "paused" && live.statusReason) || undefined;
  const asked = { subscriptionName, callbackId, eventCategoryTypes, filters, status, statusReason };
  const parsed = subscriptionInputs.safeParse(asked);
  if (!parsed.success) return { id, name: subscriptionName, problem: why(parsed.error) };
  const inputs = { ...parsed.data, subscriptionName };
  return { id, name: subscriptionName, described: { inputs, state: await read(run, id, inputs) } };
}

const read = (run: Run, id: string, inputs: SubscriptionInputs) =>
  subscription.read(run, id, { ...inputs, subscriptionId: id, createdAt: new Date(run.clock.now()).toISOString() });

function why(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `its ${path.join(".")} ${message}`).join("; ");
}

/** One order, however ENS lists them. */
function ordered<T extends { readonly name: string; readonly id: string }>(all: readonly T[]): T[] {
  const key = ({ name, id }: T) => `${name}\0${id}`;
  return [...all].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
