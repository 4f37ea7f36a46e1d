import { z } from "zod";
import type { EnsClient } from "../client";
import { listOf, oneItem, textSet } from "../codec";
import { emptyWhenGone } from "../errors";
import { type NewSubscription, routes, type SubscriptionChange } from "../routes";

/** Documented statuses. ENS may spell them in another case and may return other ones. Source: §2.9, §4. */
const STATUSES = ["active", "paused"];

const subscription = z.object({
  subscriptionId: z.string().min(1),
  subscriptionName: z.string(),
  callbackId: z.string(),
  eventCategoryTypes: z.array(z.string()).transform(textSet),
  filters: z.array(z.string()).nullish().transform(textSet),
  status: z.string().transform((status) => STATUSES.find((known) => known === status.toLowerCase()) ?? status),
  statusReason: z.string().nullish(),
});
/** A subscription as ENS returns it, with sorted sets. */
export type LiveSubscription = z.output<typeof subscription>;

const oneSubscription = oneItem(subscription);
const subscriptions = listOf(subscription);
const names = listOf(
  subscription
    .pick({ subscriptionId: true, subscriptionName: true })
    .extend({ callbackId: subscription.shape.callbackId.nullish() }),
);
const subscriptionStatus = oneItem(subscription.pick({ status: true }).partial());

/**
 * Lists the subscriptions of a callback. A 404 counts as an empty list, for example when the callback no longer exists. With
 * `shared`, callers share one response for ten seconds. Source: ENS REST contract §2.10, §11 #33.
 */
export function listSubscriptions(
  ens: EnsClient,
  callbackId: string,
  { shared = false } = {},
): Promise<LiveSubscription[]> {
  const path = routes.subscriptionsOf(callbackId);
  const response = shared ? ens.list(path, subscriptions) : ens.get(path, subscriptions);
  return response.catch(emptyWhenGone);
}

/**
 * Lists ids and names of the subscriptions of a callback, and ignores the rest of the response. ENS may omit `callbackId`.
 * Source: ENS REST contract §2.10, §11 #33.
 */
export function listSubscriptionNames(ens: EnsClient, callbackId: string): Promise<z.output<typeof names>> {
  return ens.get(routes.subscriptionsOf(callbackId), names).catch(emptyWhenGone);
}

/** Gets one subscription. Rejects with a 404 when it does not exist. Source: ENS REST contract §2.9. */
export function getSubscription(ens: EnsClient, id: string): Promise<LiveSubscription> {
  return ens.get(routes.subscription(id), oneSubscription);
}

/**
 * Gets the status of a subscription, and ignores the rest of the response. Rejects with a 404 when the subscription does
 * not exist. Source: ENS REST contract §2.9.
 */
export function getSubscriptionStatus(ens: EnsClient, id: string): Promise<z.output<typeof subscriptionStatus>> {
  return ens.get(routes.subscription(id), subscriptionStatus);
}

/**
 * Creates a subscription. Rejects with a 304, 409 or 400 when the name is taken, and with a 400, 404 or 409 when the
 * callback does not accept it. The statuses are assumed. Source: ENS REST contract §2.8, §11 #17, #24 to #26, #38.
 */
export function createSubscription(ens: EnsClient, body: NewSubscription): Promise<LiveSubscription> {
  return ens.post(routes.subscriptions, [body], oneSubscription);
}

/**
 * Updates a subscription, and ignores the response body. Rejects with a 400 or 409 when the name is taken, when the
 * subscription already has the requested status, or when it no longer exists. Source: ENS REST contract §2.11, §11 #28, #30.
 */
export async function updateSubscription(ens: EnsClient, body: SubscriptionChange): Promise<void> {
  await ens.put(routes.subscriptions, [body], z.unknown());
}

/** Deletes a subscription. Succeeds if it no longer exists. Source: ENS REST contract §2.12. */
export function deleteSubscription(ens: EnsClient, id: string): Promise<void> {
  return ens.delete(routes.subscription(id));
}
