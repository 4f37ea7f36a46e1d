/** A url in a longer text: everything up to white space, a quotation mark or a bracket. */
const URLS = /\bhttps?:\/\/[^\s"'`<>()[\]{}]+/gi;

/**
 * How messages write a url: scheme and host only. Receivers keep tokens in paths, authorization servers in queries, and
 * a program may have marked the whole url as secret.
 */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "the url" : `${parsed.protocol}//${parsed.host}`;
}

/** The same for all urls in a text of somebody else's. */
export function withShownUrls(text: string): string {
  return text.replace(URLS, (url) => `${shownUrl(url)}${/^https?:\/\/[^/?#]*[/?#]./i.test(url) ? "/…" : ""}`);
}
