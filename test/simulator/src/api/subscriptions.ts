import type { StoredCallback, StoredSubscription } from "../store";
import { elements, elementsOrOne, inRequestShape, processElements } from "./elements";
import { type Body, guid, optionalText, text } from "./field";
import { invalid, missing, notFound, Refusal, unchanged } from "./refusal";
import { filtersOf, typesOf } from "./selection";
import { type Call, deleted, idInPath, listed, type Reply, shuffled } from "./service";

/** Documented. Source: ENS REST contract §7. */
const MOST_PER_CALLBACK = 200;

/**
 * §2.8. Creates active subscriptions. The callback must be verified, the name unique, and a callback has at most 200
 * subscriptions: documented. The statuses of errors are assumed.
 */
export async function createSubscription(call: Call): Promise<Reply> {
  const made = await processElements(call, elements(call), {
    check: (body, before: readonly StoredSubscription[]) => checkNew(call, body, before),
    work(subscription) {
      call.store.add("subscriptions", subscription);
      const { callbackName, url: _, maxBatchSize: __, statusReason: ___, ...fields } = shown(call, subscription);
      return { callbackName, ...fields };
    },
  });
  return { status: 201, body: made };
}

/** §2.9. Documented. */
export function getSubscription(call: Call): Reply {
  const subscription = call.store.get("subscriptions", call.mid, idInPath(call, "subscriptionId"));
  return { status: 200, body: shown(call, subscription) };
}

/** §2.10. `[""]` for no filters is observed, `""` as the `statusReason` is documented. Source: §11.3 A10, §13 C14. */
export function listSubscriptions(call: Call): Reply {
  const { callbackId } = call.store.get("callbacks", call.mid, idInPath(call, "callbackId"));
  const items = call.store.attachedTo(callbackId).map((each) => {
    const fields = shown(call, each);
    const filters = each.filters.length === 0 ? [""] : fields.filters;
    return { ...fields, filters, statusReason: each.statusReason === "none" ? "" : each.statusReason };
  });
  return listed(call, items);
}

/** §2.11. An array is documented, a bare object observed. 304 when nothing changes: documented. */
export async function updateSubscription(call: Call): Promise<Reply> {
  let changed = false;
  const answers = await processElements(call, elementsOrOne(call), {
    check: (body, before: readonly Change[]) => checkChange(call, body, before),
    work({ subscription, fields }) {
      changed ||= differs(subscription, fields);
      Object.assign(subscription, fields);
      return shown(call, subscription);
    },
  });
  if (!changed) throw unchanged();
  return { status: 200, body: inRequestShape(call, answers) };
}

/** §2.12. Active and paused subscriptions can be deleted: documented. */
export const deleteSubscription = (call: Call): Reply =>
  deleted(call, "subscriptions", idInPath(call, "subscriptionId"));

/** The documented fields of a response, with the current fields of the callback. Source: §2.9. */
function shown(call: Call, subscription: StoredSubscription): Body {
  const { callbackId, subscriptionName, subscriptionId, status, statusReason } = subscription;
  const callback: Partial<StoredCallback> = call.store.find("callbacks", call.mid, callbackId) ?? {};
  const { callbackName, url, maxBatchSize } = callback;
  const eventCategoryTypes = shuffled(call, subscription.eventCategoryTypes);
  const filters = shuffled(call, subscription.filters);
  const own = { callbackId, subscriptionName, eventCategoryTypes, subscriptionId, filters, status, statusReason };
  return { ...own, callbackName, url, maxBatchSize };
}

/** Checks a new subscription. `before` has those of the same request that are not stored yet. */
function checkNew(call: Call, body: Body, before: readonly StoredSubscription[]): StoredSubscription {
  const subscriptionName = text(body, "subscriptionName");
  const callback = call.store.get("callbacks", call.mid, guid(text(body, "callbackId"), "callbackId"));
  const { callbackId, mid } = callback;
  const eventCategoryTypes = typesOf(call, body);
  const filters = filtersOf(call, body) ?? [];
  if (
    [...call.store.rivals("subscriptions", mid), ...before].some((other) => other.subscriptionName === subscriptionName)
  ) {
    throw duplicateError(call);
  }
  requireVerified(call, callback);
  const attached = [...call.store.attachedTo(callbackId), ...before.filter((other) => other.callbackId === callbackId)];
  if (attached.length >= MOST_PER_CALLBACK) {
    throw new Refusal(Number(call.switches.limitStatus), 30001, "The callback has the most subscriptions allowed.");
  }
  const state = { status: "active", statusReason: "none" };
  return {
    subscriptionId: call.random.uuid("subscription"),
    subscriptionName,
    callbackId,
    eventCategoryTypes,
    filters,
    ...state,
    mid,
  };
}

/** Rejects unverified callbacks: documented. The status and the delay are assumed. Source: §11 #24, #38. */
function requireVerified({ switches, clock }: Call, { status, verifiedAt = 0 }: StoredCallback): void {
  if (status !== "verified") {
    throw new Refusal(Number(switches.unverifiedCallbackStatus), 30001, "The callback is not verified.");
  }
  if (switches.verifyLag > 0 && clock.now() < verifiedAt + switches.verifyLag * 1000) {
    throw new Refusal(400, 30001, "The callback is not verified yet.");
  }
}

/** The error for a name in use: the documented 304 "already exists". Source: §11 #17, §11.3 A12. */
function duplicateError({ switches: { duplicateStatus } }: Call): Refusal {
  if (duplicateStatus === "auto" || duplicateStatus === "304") return unchanged();
  const status = Number(duplicateStatus);
  return new Refusal(status, status === 409 ? 30004 : 30001, "The subscription exists already.");
}

interface Change {
  readonly subscription: StoredSubscription;
  readonly fields: Partial<StoredSubscription>;
}

/** Types are required even to pause, lists are replaced, and callbackId cannot change: documented. Source: §2.11. */
function checkChange(call: Call, body: Body, before: readonly Change[]): Change {
  const subscription = existing(call, guid(text(body, "subscriptionId"), "subscriptionId"));
  const fields: Partial<StoredSubscription> = { eventCategoryTypes: typesOf(call, body) };
  const callbackId = optionalText(body, "callbackId");
  // The error is assumed. Source: §11.3 A6.
  if (callbackId !== undefined && callbackId.toLowerCase() !== subscription.callbackId) throw invalid("callbackId");
  const filters = filtersOf(call, body) ?? (call.switches.filtersOmitted === "clear" ? [] : undefined);
  if (filters !== undefined) fields.filters = filters;
  const subscriptionName = optionalText(body, "subscriptionName");
  if (subscriptionName !== undefined) {
    const others = call.store.rivals("subscriptions", subscription.mid).filter((other) => other !== subscription);
    const names = others.map((other) => {
      const planned = before.findLast((each) => each.subscription === other);
      return planned?.fields.subscriptionName ?? other.subscriptionName;
    });
    // Assumed. Source: §11.3 A5.
    if (names.includes(subscriptionName)) throw invalid("subscriptionName");
    fields.subscriptionName = subscriptionName;
  }
  return { subscription, fields: { ...fields, ...transition(call, body, subscription, fields) } };
}

/** The documentation of this route does not list 404 for an unknown subscription. Assumed. Source: §11 #30. */
function existing(call: Call, id: string): StoredSubscription {
  const found = call.store.find("subscriptions", call.mid, id);
  if (found === undefined)
    throw call.switches.unknownSubscriptionOnPut === "400" ? invalid("subscriptionId") : notFound();
  return found;
}

/** Allows `active` and `paused`, and requires a reason with a change: documented. Statuses and codes are assumed. Source: §2.11. */
function transition(
  call: Call,
  body: Body,
  subscription: StoredSubscription,
  others: Partial<StoredSubscription>,
): Partial<StoredSubscription> {
  const status = optionalText(body, "status");
  if (status === undefined) return {};
  if (status !== "active" && status !== "paused") throw invalid("status");
  if (status === subscription.status) {
    const { repeatTransition } = call.switches;
    // Together with another change, the same status is not an error. Source: §11 #28, §11.3 A28.
    if (repeatTransition === "304" || differs(subscription, others)) return {};
    const [answer, code = 30001] = repeatTransition.split("/").map(Number);
    throw new Refusal(answer ?? 400, code, "It has that status already.");
  }
  const given = optionalText(body, "statusReason");
  if (given === undefined) throw missing("statusReason");
  const reset = status === "active" && call.switches.statusReasonOnActive === "reset";
  return { status, statusReason: reset ? "none" : given };
}

function differs(subscription: StoredSubscription, fields: Partial<StoredSubscription>): boolean {
  return Object.entries(fields).some(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(subscription, key)),
  );
}
