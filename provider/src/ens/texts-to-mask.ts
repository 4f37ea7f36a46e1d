import { isDocumented, typesWith } from "./catalogue";

/** Properties whose values may appear in messages: names, ids and keywords from a fixed set. */
const SHOWN: ReadonlySet<string> = new Set([
  "callbackName",
  "subscriptionName",
  "callbackId",
  "subscriptionId",
  "authId",
  "authID",
  "authType",
  "grantType",
  "status",
]);

/**
 * Returns the strings of a request body that must not appear in messages, even when ENS repeats them. A program may mark
 * any input as secret, so only values that are known to be harmless are left out.
 */
export function textsToMask(body: unknown, property = ""): string[] {
  if (typeof body === "string") return SHOWN.has(property) ? [] : partsOf(property, body);
  if (Array.isArray(body)) return body.flatMap((item) => textsToMask(item, property));
  if (typeof body !== "object" || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) => textsToMask(value, key));
}

function partsOf(property: string, text: string): string[] {
  if (property === "url" || property === "authUrl") {
    const url = URL.parse(text);
    return url === null ? [text] : [url.pathname + url.search, url.pathname].filter((part) => part.length > 1);
  }
  if (property === "eventCategoryTypes") return isDocumented(text) ? [] : [text];
  if (property === "filters") {
    const [key, value] = [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)];
    return [text, value, ...(typesWith(key).length > 0 ? [] : [key])];
  }
  return [text];
}
