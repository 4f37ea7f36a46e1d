import type { Values } from "../kinds/kind";

/**
 * A value that the dynamic-provider process can pass on to the engine. That process converts results only after our
 * method has returned: an `undefined`, a bigint or a function there would orphan an object that exists by then.
 */
export function toPlainValue(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toPlainValue(item) ?? null);
  return typeof value === "object" ? toPlainValues(value) : undefined;
}

/** The same for all properties of an object. */
export function toPlainValues(properties: object): Values {
  const entries = Object.entries(properties).map(([key, value]) => [key, toPlainValue(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
