import type { Values } from "../kinds/kind";

/**
 * Converts a value so that the dynamic-provider process can pass it to the engine. The process converts results only after
 * a method has returned. An `undefined`, a bigint or a function would make that conversion fail, and the object that the
 * method has created would be missing from the state.
 */
export function toPlainValue(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toPlainValue(item) ?? null);
  return typeof value === "object" ? toPlainValues(value) : undefined;
}

/** Converts all properties of an object. */
export function toPlainValues(properties: object): Values {
  const entries = Object.entries(properties).map(([key, value]) => [key, toPlainValue(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
