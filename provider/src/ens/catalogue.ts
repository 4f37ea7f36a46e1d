import { type DocumentedType, EVENT_TYPES } from "pulumi-ens-receiver/internal";

export { type DocumentedType, EVENT_TYPES, type EventType, type FilterKey } from "pulumi-ens-receiver/internal";

const TYPES = Object.keys(EVENT_TYPES) as DocumentedType[];

/** By its exact spelling. */
export function isDocumented(type: string): type is DocumentedType {
  return Object.hasOwn(EVENT_TYPES, type);
}

/** The types whose events a filter with this key can be about; none for a key that ENS does not document. */
export function typesWith(key: string): DocumentedType[] {
  return TYPES.filter((type) => keysOf(type).includes(key));
}

export function keysOf(type: DocumentedType): readonly string[] {
  return EVENT_TYPES[type];
}
