import { z } from "zod";
import type { EnsClient } from "../client";
import { listOf, oneItem, textSet } from "../codec";
import { emptyWhenGone } from "../errors";
import { type NewSubscription, routes, type SubscriptionChange } from "../routes";

/** The states that ENS documents. It may spell them in another case, and may show other words. Source: §2.9, §4. */
const STATUSES = ["active", "paused"];

const subscription = z.object({
  subscriptionId: z.string().min(1),
  subscriptionName: z.string(),
  callbackId: z.string(),
  eventCategoryTypes: z.array(z.string()).transform(textSet),
  filters: z.array(z.string()).nullish().transform(textSet),
  status: z.string().transform((word) => STATUSES.find((known) => known === word.toLowerCase()) ?? word),
  statusReason: z.string().nullish(),
});
/** A subscription as ENS shows it, sets in one order. */
export type LiveSubscription = z.output<typeof subscription>;

const aSubscription = oneItem(subscription);
const subscriptions = listOf(subscription);
const names = listOf(
  subscription
    .pick({ subscriptionId: true, subscriptionName: true })
    .extend({ callbackId: subscription.shape.callbackId.nullish() }),
);
const status = oneItem(subscription.pick({ status: true }).partial());

/**
 * Lists the subscriptions of a callback; none where ENS answers 404, as when the callback is gone. `shared`: one answer
 * serves all who ask within ten seconds. Source: ENS REST contract §2.10, §11 #33.
 */
export function listSubscriptions(
  ens: EnsClient,
  callbackId: string,
  { shared = false } = {},
): Promise<LiveSubscription[]> {
  const path = routes.subscriptionsOf(callbackId);
  const answer = shared ? ens.list(path, subscriptions) : ens.get(path, subscriptions);
  return answer.catch(emptyWhenGone);
}

/**
 * Lists the subscriptions of a callback by name. Whatever else ENS says of them is not looked at, and it may leave the
 * callback out. Source: ENS REST contract §2.10, §11 #33.
 */
export function listSubscriptionNames(ens: EnsClient, callbackId: string): Promise<z.output<typeof names>> {
  return ens.get(routes.subscriptionsOf(callbackId), names).catch(emptyWhenGone);
}

/** Gets one subscription. Rejects with a 404 when there is none. Source: ENS REST contract §2.9. */
export function getSubscription(ens: EnsClient, id: string): Promise<LiveSubscription> {
  return ens.get(routes.subscription(id), aSubscription);
}

/**
 * Gets ENS's word for the state of a subscription, and does not look at anything else of it. Rejects with a 404
 * when there is no such subscription. Source: ENS REST contract §2.9.
 */
export function getSubscriptionStatus(ens: EnsClient, id: string): Promise<z.output<typeof status>> {
  return ens.get(routes.subscription(id), status);
}

/**
 * Creates a subscription. Rejects with a 304, 409 or 400 when the name is taken, and with a 400, 404 or 409 when the
 * callback does not take it; the statuses are open. Source: ENS REST contract §2.8, §11 #17, #24 to #26, #38.
 */
export function createSubscription(ens: EnsClient, body: NewSubscription): Promise<LiveSubscription> {
  return ens.post(routes.subscriptions, [body], aSubscription);
}

/**
 * Changes a subscription; what ENS answers is not looked at. Rejects with a 400 or 409 when the name is taken, the
 * status is as asked already, or the subscription is gone. Source: ENS REST contract §2.11, §11 #28, #30.
 */
export async function updateSubscription(ens: EnsClient, body: SubscriptionChange): Promise<void> {
  await ens.put(routes.subscriptions, [body], z.unknown());
}

/** Deletes a subscription; one that is gone is no error. Source: ENS REST contract §2.12. */
export function deleteSubscription(ens: EnsClient, id: string): Promise<void> {
  return ens.delete(routes.subscription(id));
}
