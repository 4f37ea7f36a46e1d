import { z } from "zod";

/** An answer that is an array of exactly one, or the bare object: both shapes occur. Source: ENS REST contract §0.1. */
export function oneItem<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((body) => (Array.isArray(body) && body.length === 1 ? body[0] : body), schema);
}

/** A list answer: an array, or an object with `items` should paging ever come. Source: ENS REST contract §11 #34. */
export function listOf<Schema extends z.ZodType>(schema: Schema) {
  const items = (body: unknown) => (isRecord(body) && "items" in body ? body.items : body);
  return z.preprocess((body) => items(body) ?? [], z.array(schema));
}

/** A set of texts in one order, without repeats. ENS says `null`, `[]` and `[""]` for none. Source: §2.10. */
export function textSet(values: readonly string[] | null | undefined): string[] {
  return [...new Set((values ?? []).filter((value) => value !== ""))].sort();
}

/** The id of the callback that a failed probe leaves behind; only its message tells. Source: ENS REST contract §2.1. */
export function orphanIn(detail: string): string | undefined {
  return /CallbackId is ([0-9a-f-]{36})/i.exec(detail)?.[1];
}

/** The service's words in an error body, all known shapes, or the start of the raw text. Source: §9.1. */
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

/** The service's own error number, all known spellings. Source: ENS REST contract §9.1. */
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

/** The value of a JSON text; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
