import type { Values } from "../kinds/kind";

/** When the object was created, ISO 8601. It also tells apart the entries of a state that hold one object. */
export const CREATED = "createdAt";
/** The business unit (MID) that the object was created in; other units answer 404. */
export const ACCOUNT = "accountId";

export function withoutUndefined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Of some values, those with these names. */
export function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])));
}
