import type { DocumentedType } from "../ens/catalogue";
import type { EnsEvent, EventOf } from "./types";

/** A body that is no delivery of ENS. */
export class NotADelivery extends Error {
  override readonly name = "NotADelivery";
}

/**
 * The events in the body of a delivery. ENS sends a JSON array; some of its samples show one event alone, which is taken as
 * an array of one. Types that are newer than this package are kept.
 *
 * Check the signature first: this does not. Throws `NotADelivery` for anything that is not a list of events.
 * Source: ENS REST contract §6.1.
 */
export function parseDelivery(body: string | Uint8Array): EnsEvent[] {
  const given = parseJson(typeof body === "string" ? body : new TextDecoder().decode(body));
  const events: unknown[] = Array.isArray(given) ? given : [given];
  events.forEach((event, at) => {
    const problem = problemOf(event);
    if (problem !== undefined) throw new NotADelivery(`event ${at} of the delivery ${problem}`);
  });
  return events as EnsEvent[];
}

/**
 * Whether an event is of this type; TypeScript then knows its fields.
 *
 *     if (isEvent(event, "TransactionalSendEvents.EmailBounced")) console.log(event.info.bounceCode);
 */
export function isEvent<Type extends DocumentedType>(event: EnsEvent, type: Type): event is EventOf<Type> {
  return event.eventCategoryType === type;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotADelivery("the body of the delivery is not JSON"); // the parser's own message would repeat the body
  }
}

function problemOf(event: unknown): string | undefined {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return "is not an object";
  const type: unknown = Reflect.get(event, "eventCategoryType");
  return typeof type === "string" && type !== "" ? undefined : "has no eventCategoryType";
}
