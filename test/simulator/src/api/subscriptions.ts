import { randomUUID } from "node:crypto";
import { CATALOGUE, FILTER_KEYS } from "../events/catalogue";
import type { StoredCallback, StoredSubscription } from "../store";
import { arrayOf, type Body, guid, objectOf, optionalText, optionalTexts, text } from "./field";
import { invalid, missing, Refusal, unchanged } from "./refusal";
import { type Call, deleted, listed, type Reply } from "./service";

const MOST_ITEMS = 50;
/** Documented. Source: ENS REST contract §7. */
const MOST_PER_CALLBACK = 200;

/** §2.8. Created active, on a verified callback only, unique name, at most 200: documented. Statuses: assumed. */
export function createSubscription(call: Call): Reply {
  const made = arrayOf(call.body, MOST_ITEMS).map((body) => {
    const subscriptionName = text(body, "subscriptionName");
    const callback = call.store.get("callbacks", call.mid, guid(text(body, "callbackId"), "callbackId"));
    const eventCategoryTypes = types(call, body);
    const filters = filtersOf(call, body) ?? [];
    const all = call.store.of("subscriptions", call.mid);
    if (all.some((other) => other.subscriptionName === subscriptionName)) throw taken(call);
    if (callback.status !== "verified") {
      throw new Refusal(Number(call.switches.unverifiedCallbackStatus), 30001, "The callback is not verified.");
    }
    if (all.filter(({ callbackId }) => callbackId === callback.callbackId).length >= MOST_PER_CALLBACK) {
      throw new Refusal(Number(call.switches.limitStatus), 30001, "The callback has the most subscriptions allowed.");
    }
    const subscription: StoredSubscription = {
      subscriptionId: randomUUID(),
      subscriptionName,
      callbackId: callback.callbackId,
      eventCategoryTypes,
      filters,
      status: "active",
      statusReason: "none",
      mid: call.mid,
    };
    call.store.add("subscriptions", subscription);
    const { subscriptionId, callbackId, status } = subscription;
    const { callbackName } = callback;
    return { callbackId, callbackName, subscriptionName, eventCategoryTypes, subscriptionId, filters, status };
  });
  return { status: 201, body: made };
}

/** §2.9. Documented. */
export function getSubscription(call: Call): Reply {
  const subscription = call.store.get("subscriptions", call.mid, guid(call.id, "subscriptionId"));
  return { status: 200, body: shown(call, subscription) };
}

/** §2.10. `[""]` for no filters is observed, `""` as the reason documented. Source: §11.3 A10, §13 C14. */
export function listSubscriptions(call: Call): Reply {
  const { callbackId } = call.store.get("callbacks", call.mid, guid(call.id, "callbackId"));
  const all = call.store.of("subscriptions", call.mid).filter((each) => each.callbackId === callbackId);
  const items = all.map((each) => {
    const { filters, statusReason } = each;
    const reason = statusReason === "none" ? "" : statusReason;
    return { ...shown(call, each), filters: filters.length === 0 ? [""] : filters, statusReason: reason };
  });
  return listed(call, items);
}

/** §2.11. Types are needed even to pause; lists are replaced; a status needs a reason: documented. */
export function updateSubscription(call: Call): Reply {
  const bodies = Array.isArray(call.body) ? arrayOf(call.body, MOST_ITEMS) : [objectOf(call.body)];
  const changes = bodies.map((body) => change(call, body));
  const changed = ({ subscription, fields }: (typeof changes)[number]) =>
    Object.entries(fields).some(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(subscription, key)),
    );
  if (!changes.some(changed)) throw repeated(call, bodies);
  for (const { subscription, fields } of changes) Object.assign(subscription, fields);
  const answers = changes.map(({ subscription }) => shown(call, subscription));
  return { status: 200, body: Array.isArray(call.body) ? answers : answers[0] };
}

/** §2.12. Documented. */
export function deleteSubscription(call: Call): Reply {
  const { subscriptionId } = call.store.get("subscriptions", call.mid, guid(call.id, "subscriptionId"));
  call.store.remove("subscriptions", subscriptionId);
  return deleted(call);
}

function shown(call: Call, subscription: StoredSubscription): Body {
  const { mid: _, ...visible } = subscription;
  const callback = call.store.find("callbacks", call.mid, subscription.callbackId) ?? ({} as Partial<StoredCallback>);
  const { callbackName, url, maxBatchSize } = callback;
  const order = <T>(items: T[]) => (call.switches.shuffle === "on" ? [...items].reverse() : items);
  const { eventCategoryTypes, filters } = visible;
  const sets = { eventCategoryTypes: order(eventCategoryTypes), filters: order(filters) };
  return { ...visible, ...sets, callbackName, url, maxBatchSize };
}

function change(call: Call, body: Body): { subscription: StoredSubscription; fields: Partial<StoredSubscription> } {
  const id = guid(text(body, "subscriptionId"), "subscriptionId");
  const subscription = call.store.get("subscriptions", call.mid, id);
  const fields: Partial<StoredSubscription> = { eventCategoryTypes: types(call, body) };
  const callbackId = optionalText(body, "callbackId");
  // Another callback cannot be given: documented by omission; the refusal is assumed. Source: §11.3 A6.
  if (callbackId !== undefined && callbackId !== subscription.callbackId) throw invalid("callbackId");
  const filters = filtersOf(call, body) ?? (call.switches.filtersOmitted === "clear" ? [] : undefined);
  if (filters !== undefined) fields.filters = filters;
  const subscriptionName = optionalText(body, "subscriptionName");
  if (subscriptionName !== undefined) {
    const others = call.store.of("subscriptions", call.mid).filter((other) => other !== subscription);
    if (others.some((other) => other.subscriptionName === subscriptionName)) throw invalid("subscriptionName");
    fields.subscriptionName = subscriptionName;
  }
  const status = optionalText(body, "status");
  if (status !== undefined) {
    if (status !== "active" && status !== "paused") throw invalid("status");
    const statusReason = optionalText(body, "statusReason");
    if (status !== subscription.status && statusReason === undefined) throw missing("statusReason");
    fields.status = status;
    if (status !== subscription.status && statusReason !== undefined) fields.statusReason = statusReason;
  }
  return { subscription, fields };
}

/** A PUT that changes nothing. With a status it asks for the state that it has. Assumed. Source: §11 #28, §11.3 A23. */
function repeated(call: Call, bodies: Body[]): Refusal {
  const { repeatTransition } = call.switches;
  if (repeatTransition === "304" || bodies.every((body) => body.status === undefined)) return unchanged();
  return new Refusal(
    Number.parseInt(repeatTransition, 10),
    repeatTransition === "409/30002" ? 30002 : 30001,
    "It has that status already.",
  );
}

/** Unknown types are refused, by exact spelling. Assumed. Source: §11 #26, #27. */
function types(call: Call, body: Body): string[] {
  const given = optionalTexts(body, "eventCategoryTypes");
  if (given === undefined || given.length === 0) throw missing("eventCategoryTypes");
  const known = call.switches.unknownTypes === "accept" || given.every((type) => Object.hasOwn(CATALOGUE, type));
  if (!known) throw invalid("eventCategoryTypes");
  return given;
}

/** `key=value` with a key that some type has. `[""]` means none. Assumed. Source: §8.2, §11.3 A8, A9. */
function filtersOf(call: Call, body: Body): string[] | undefined {
  const given = optionalTexts(body, "filters")?.filter((filter) => filter !== "");
  const bad = given?.some((filter) => {
    const at = filter.indexOf("=");
    return at < 1 || (call.switches.unknownTypes !== "accept" && !FILTER_KEYS.has(filter.slice(0, at)));
  });
  if (bad === true) throw invalid("filters");
  return given;
}

/** A taken name: the documented 304 "already exists". Source: §11.3 A12. */
function taken({ switches: { duplicateStatus } }: Call): Refusal {
  if (duplicateStatus === "auto" || duplicateStatus === "304") return unchanged();
  const status = Number(duplicateStatus);
  return new Refusal(status, status === 409 ? 30004 : 30001, "The subscription exists already.");
}
