import { invalid, missing, wrongFormat, wrongType } from "./refusal";

/**
 * The fields of a request body. Only the first error is reported. The error codes are documented, their use by ENS is
 * assumed. Source: ENS REST contract §9.2, §11.3 A3.
 */
export type Body = Record<string, unknown>;

export function objectOf(value: unknown): Body {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType("The body");
  return value as Body;
}

/** Reads the objects of an array body. Rejects an empty array. Assumed. Source: §11.3 A1, A2. */
export function arrayOf(value: unknown, most: number): Body[] {
  if (!Array.isArray(value)) throw wrongType("The body");
  if (value.length === 0) throw missing("The body");
  if (value.length > most) throw invalid("The number of elements");
  return value.map(objectOf);
}

export function text(body: Body, key: string): string {
  const value = optionalText(body, key);
  if (value === undefined) throw missing(key);
  return value;
}

export function optionalText(body: Body, key: string): string | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType(key);
  if (value === "") throw missing(key);
  return value;
}

export function optionalInteger(body: Body, key: string, least: number, most: number): number | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) throw wrongType(key);
  if (value < least || value > most) throw invalid(key);
  return value;
}

export function optionalTexts(body: Body, key: string): string[] | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) throw wrongType(key);
  return value as string[];
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function guid(value: string, what: string): string {
  if (!GUID.test(value)) throw wrongFormat(what);
  return value.toLowerCase();
}
