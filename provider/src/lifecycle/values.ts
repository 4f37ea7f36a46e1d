import type { Values } from "../kinds/kind";

/** When the object was created, ISO 8601. It also distinguishes several entries of a state that manage one object. */
export const CREATED = "createdAt";
/** The business unit (MID) in which the object was created. In other business units, ENS returns 404. */
export const ACCOUNT = "accountId";

/** Removes properties whose value is `undefined`. */
export function withoutUndefined(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Picks the values with these names. */
export function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.flatMap((name) => (name in values ? [[name, values[name]]] : [])));
}
