import type { Kind } from "../kinds/kind";

/** Property names and plain values, as they stand in a state file. */
export type Properties = Record<string, unknown>;
/** A kind whose types are checked where it is written, not here. */
export type AnyKind = Kind<never, never>;

/** When the object was created, ISO 8601. It also tells apart the entries of a state that hold one object. */
export const CREATED = "createdAt";
/** The business unit (MID) that the object was created in; other units answer 404. */
export const ACCOUNT = "accountId";

export function present(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
