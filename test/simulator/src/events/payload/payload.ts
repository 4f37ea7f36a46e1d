import type { Body } from "../../api/field";
import type { Random } from "../../random";
import { automation } from "./automation";
import { email } from "./email";
import { ott } from "./ott";
import { push } from "./push";
import { sms } from "./sms";

/** Time and place of an event. */
export interface Occasion {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The business unit of the event. */
  readonly mid: number;
  /** The enterprise of the business unit. */
  readonly eid: number;
  readonly random: Random;
}

/** Fields of a family of types, which extend or replace the common fields. `given` is the emitted event. */
export type Family = (name: string, occasion: Occasion, given: Body) => Body;

const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/^Email/, email],
  [/^Sms/, sms],
  [/^Ott/, ott],
  [/^(Push|InApp|Inbox)/, push],
  [/^AutomationInstance/, automation],
];

/**
 * Builds a complete event: the emitted fields override the defaults of the type as a JSON merge patch (RFC 7396), in
 * which `null` removes a field. The common fields are documented. Source: ENS REST contract §8.3.
 */
export function payloadOf(given: Body, occasion: Occasion): Body {
  const [category = "", name = ""] = String(given.eventCategoryType).split(".");
  const family = FAMILIES.find(([names]) => names.test(name))?.[1];
  // Engagement events have NA: documented. Other sends without a transactional definition have it too: assumed.
  const transactional = category === "TransactionalSendEvents";
  const usual = {
    eventCategoryType: given.eventCategoryType,
    timestampUTC: occasion.now,
    compositeId: "",
    composite: { jobId: "100", batchId: "1", listId: "5", subscriberId: "9", emailId: "7" },
    definitionKey: transactional ? "order-confirm" : "NA",
    definitionId: transactional ? "cccccccc-1111-4222-8333-dddddddddddd" : "NA",
    mid: occasion.mid,
    eid: occasion.eid,
    ...family?.(name, occasion, given),
  };
  const event = patched(usual, given) as Body;
  if (event.compositeId === "") event.compositeId = Object.values((event.composite ?? {}) as Body).join(".");
  return event;
}

function patched(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  const result = new Map(Object.entries(isObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key);
    else result.set(key, patched(result.get(key), value));
  }
  return Object.fromEntries(result);
}

const isObject = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value);
