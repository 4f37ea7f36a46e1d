/** Matches URLs in a longer text, up to white space, a quotation mark or a bracket. */
const URLS = /\bhttps?:\/\/[^\s"'`<>()[\]{}]+/gi;

/**
 * Shortens a URL for messages to scheme and host. Receivers keep tokens in paths, authorization servers keep them in
 * queries, and a program may have marked the whole URL as secret.
 */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "the url" : `${parsed.protocol}//${parsed.host}`;
}

/** Shortens all URLs in a text from ENS or another server. */
export function withShownUrls(text: string): string {
  return text.replace(URLS, (url) => `${shownUrl(url)}${/^https?:\/\/[^/?#]*[/?#]./i.test(url) ? "/…" : ""}`);
}
