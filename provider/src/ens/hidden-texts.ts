import { isDocumented, typesWith } from "./catalogue";

/** Properties whose values a message may repeat: names, ids and words from a fixed set. */
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
 * The texts of a request body that no message may repeat, also when ENS quotes them. Any input may be a secret of the
 * program's author, so that all are hidden except those that are known to be none.
 */
export function hiddenTexts(body: unknown, property = ""): string[] {
  if (typeof body === "string") return SHOWN.has(property) ? [] : partsOf(property, body);
  if (Array.isArray(body)) return body.flatMap((item) => hiddenTexts(item, property));
  if (typeof body !== "object" || body === null) return [];
  return Object.entries(body).flatMap(([key, value]) => hiddenTexts(value, key));
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
