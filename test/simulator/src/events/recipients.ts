import type { Body } from "../api/field";
import type { Service } from "../api/service";
import type { Store, StoredCallback, StoredSubscription } from "../store";
import type { Effect } from "./effect";
import type { Skipped } from "./emission";
import { passes, subscribes } from "./filter";
import { isSuspended } from "./suspension";

/** Events for one subscription, or for several of one callback at once. */
export interface Due {
  readonly callback: StoredCallback;
  readonly subscriptionIds: readonly string[];
  readonly events: readonly Body[];
}

/** Assigns events to the subscriptions of their business unit: assumed. Returns also the skipped ones. Source: §6.5. */
export function recipientsOf(service: Service, effect: Effect, events: readonly Body[]) {
  const due: Due[] = [];
  const skipped: Skipped[] = [];
  const { store } = service;
  for (const stored of store.state.subscriptions) {
    const { subscriptionId, callbackId, mid } = stored;
    const found = store.find("callbacks", mid, callbackId);
    const callback = found && effect.callback(found);
    const subscription = effect.subscription(stored);
    const own = events.filter((event) => Number(event.mid) === mid);
    const judged = own.map((event) => ({ event, reason: refusal(service, callback, subscription, event) }));
    const taken = judged.filter(({ reason }) => reason === undefined).map(({ event }) => event);
    if (callback && taken.length > 0) due.push({ callback, subscriptionIds: [subscriptionId], events: taken });
    for (const reason of new Set(judged.flatMap((one) => one.reason ?? []))) {
      const refused = judged.filter((one) => one.reason === reason).length;
      skipped.push({ subscriptionId, reason, events: refused });
    }
  }
  return { due: service.switches.deliverPer === "callback" ? merged(due) : due, skipped };
}

/** Returns whether a batch may still be sent. Paused and deleted subscriptions get no events: documented. Source: §4, §6.3. */
export function stillDue(store: Store, effect: Effect, { callback, subscriptionIds }: Due): boolean {
  return store
    .attachedTo(callback.callbackId)
    .some((each) => subscriptionIds.includes(each.subscriptionId) && effect.subscription(each)?.status === "active");
}

function refusal(
  { switches, clock }: Service,
  callback: StoredCallback | undefined,
  subscription: StoredSubscription | undefined,
  event: Body,
): Skipped["reason"] | undefined {
  if (callback === undefined) return "no-callback";
  if (subscription === undefined) return "not-in-effect";
  // Paused subscriptions drop events and do not queue them: documented. Source: §4.
  if (subscription.status !== "active") return "paused";
  if (!subscribes(subscription.eventCategoryTypes, event, switches)) return "type";
  if (!passes(subscription.filters, event, switches)) return "filter";
  if (callback.status !== "verified") return "not-verified";
  return isSuspended(callback, switches, clock.now()) ? "suspended" : undefined;
}

/** Merges deliveries by callback, so that an event arrives once for several subscriptions. Source: §11 #44. */
function merged(due: readonly Due[]): Due[] {
  const byCallback = new Map<string, Due>();
  for (const one of due) {
    const before = byCallback.get(one.callback.callbackId);
    const subscriptionIds = [...(before?.subscriptionIds ?? []), ...one.subscriptionIds];
    const events = [...new Set([...(before?.events ?? []), ...one.events])];
    byCallback.set(one.callback.callbackId, { callback: one.callback, subscriptionIds, events });
  }
  return [...byCallback.values()];
}
