import { isSource } from "./secrets";
import { isObject, own } from "./values";

/**
 * Merges `over` into `base`. Objects are merged key by key, other values replace those of `base`, and `null` removes them.
 */
export function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return withoutNulls(base);
  if (!isObject(base) || !isObject(over) || isSource(over)) return withoutNulls(over);
  const names = [...new Set([...Object.keys(base), ...Object.keys(over)])];
  return withoutNulls(Object.fromEntries(names.map((name) => [name, merge(own(base, name), own(over, name))])));
}

function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value ?? undefined;
  const kept = Object.entries(value).map(([name, each]) => [name, withoutNulls(each)] as const);
  return Object.fromEntries(kept.filter(([, each]) => each !== undefined));
}
