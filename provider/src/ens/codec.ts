import { z } from "zod";

/** Schema for one object. ENS returns it bare or as an array of one. Source: ENS REST contract §0.1. */
export function oneItem<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((body) => (Array.isArray(body) && body.length === 1 ? body[0] : body), schema);
}

/** Schema for a list: an array, or an object with `items` in case ENS introduces paging. Source: ENS REST contract §11 #34. */
export function listOf<Schema extends z.ZodType>(schema: Schema) {
  const items = (body: unknown) => (isRecord(body) && "items" in body ? body.items : body);
  return z.preprocess((body) => items(body) ?? [], z.array(schema));
}

/** Sorts a set of strings and removes duplicates. ENS returns `null`, `[]` or `[""]` for an empty set. Source: §2.10. */
export function textSet(values: readonly string[] | null | undefined): string[] {
  return [...new Set((values ?? []).filter((value) => value !== ""))].sort();
}

/**
 * Finds the id of the callback that a failed verification request leaves behind. ENS gives the id only in the text of the
 * error message. Source: ENS REST contract §2.1.
 */
export function orphanIn(detail: string): string | undefined {
  return /CallbackId is ([0-9a-f-]{36})/i.exec(detail)?.[1];
}

/** Finds ENS's message in an error body of any known format. A body in another format is returned as it is. Source: §9.1. */
export function messageIn(body: string): string {
  const parsed = parseJson(body);
  if (!isRecord(parsed)) return isHtml(body) ? "an HTML page" : body.trim();
  const nested = ["errors", "validationErrors", "additionalErrors"].flatMap((key) => messagesOf(parsed[key]));
  if (nested.length > 0) return nested.join("; ");
  const text = parsed.message ?? parsed.error_description ?? parsed.error;
  return typeof text === "string" ? text : "";
}

/** Returns whether a body is an HTML page, for example from a gateway in front of ENS. */
export function isHtml(body: string): boolean {
  return body.trimStart().startsWith("<");
}

/** Finds ENS's error code under any known spelling. Source: ENS REST contract §9.1. */
export function errorcodeIn(body: string): number | undefined {
  const parsed = parseJson(body);
  if (!isRecord(parsed)) return undefined;
  const value = parsed.errorcode ?? parsed.errorCode ?? parsed.error_code;
  return typeof value === "number" ? value : undefined;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function messagesOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => (isRecord(item) && typeof item.message === "string" ? [item.message] : []));
}

/** Parses JSON. Returns `undefined` for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
