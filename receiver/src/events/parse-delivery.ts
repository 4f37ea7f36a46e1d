import type { DocumentedType } from "../ens/catalogue";
import type { EnsEvent, EventOf } from "./types";

/** Error for a body that is not a delivery of ENS. */
export class NotADelivery extends Error {
  override readonly name = "NotADelivery";
}

/**
 * Parses the events in the body of a delivery. ENS sends a JSON array. A single event, as in some of ENS's samples, is also
 * accepted. Events of types that are newer than this package are kept.
 *
 * Verify the signature first, because this function does not. Throws `NotADelivery` for any other body.
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
 * Returns whether an event has this type, and narrows the TypeScript type of the event.
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
    throw new NotADelivery("the body of the delivery is not JSON"); // the message of JSON.parse would repeat the body
  }
}

function problemOf(event: unknown): string | undefined {
  if (typeof event !== "object" || event === null || Array.isArray(event)) return "is not an object";
  const type: unknown = Reflect.get(event, "eventCategoryType");
  return typeof type === "string" && type !== "" ? undefined : "has no eventCategoryType";
}
