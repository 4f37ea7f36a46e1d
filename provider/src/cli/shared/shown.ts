import type { LiveCallback, LiveSubscription } from "../../ens/api";
import { hostOf } from "./read-unit";

/** A callback as the commands show it: without its key, and without the path of its url, which may hold a token. */
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

/** The auth schemes that callbacks show, each with the callbacks that use it. ENS lists no schemes. Source: §11 #3. */
export function schemesOf(callbacks: readonly LiveCallback[]) {
  const ids = [...new Set(callbacks.flatMap(({ authId }) => (authId ? [authId] : [])))].sort();
  return ids.map((authId) => ({
    authId,
    callbacks: callbacks.filter((each) => each.authId === authId).map(({ callbackId }) => callbackId),
  }));
}
