import type { LiveCallback, LiveSubscription } from "../../ens/api";
import { hostOf } from "./read-unit";

/** Returns what commands show of a callback: no key, and no path of the URL, because the path may contain a token. */
export function shownCallback(callback: LiveCallback) {
  const { callbackId, callbackName, status, statusReason, maxBatchSize, authId } = callback;
  return {
    callbackId,
    callbackName,
    status: status ?? null,
    statusReason: statusReason ?? null,
    host: hostOf(callback),
    maxBatchSize: maxBatchSize ?? null,
    authId: authId ?? null,
  };
}

/** Returns what commands show of a subscription. */
export function shownSubscription(subscription: LiveSubscription) {
  const { subscriptionId, subscriptionName, callbackId, status, statusReason, eventCategoryTypes, filters } =
    subscription;
  return {
    subscriptionId,
    subscriptionName,
    callbackId,
    status,
    statusReason: statusReason ?? null,
    eventCategoryTypes,
    filters,
  };
}

/**
 * Returns the auth schemes that callbacks refer to, each with the ids of its callbacks. ENS has no list of auth schemes.
 * Source: ENS REST contract §11 #3.
 */
export function schemesOf(callbacks: readonly LiveCallback[]) {
  const ids = [...new Set(callbacks.flatMap(({ authId }) => (authId ? [authId] : [])))].sort();
  return ids.map((authId) => ({
    authId,
    callbacks: callbacks.filter((each) => each.authId === authId).map(({ callbackId }) => callbackId),
  }));
}
