import { type DocumentedType, EVENT_TYPES } from "pulumi-ens-receiver/internal";

export { type DocumentedType, EVENT_TYPES, type EventType, type FilterKey } from "pulumi-ens-receiver/internal";

const TYPES = Object.keys(EVENT_TYPES) as DocumentedType[];

/** Returns whether ENS documents an event type with exactly this spelling. */
export function isDocumented(type: string): type is DocumentedType {
  return Object.hasOwn(EVENT_TYPES, type);
}

/** Returns the event types that have this filter key. An undocumented key has none. */
export function typesWith(key: string): DocumentedType[] {
  return TYPES.filter((type) => keysOf(type).includes(key));
}

/** Returns the filter keys of an event type. */
export function keysOf(type: DocumentedType): readonly string[] {
  return EVENT_TYPES[type];
}
