import { type Body, optionalInteger, text } from "./field";
import { invalid, wrongFormat } from "./refusal";
import type { Call } from "./service";

/** `https://host` with an optional path, without a query and without a port, even 443: documented. Source: ENS REST contract §2.1. */
const URL_FORM = /^https:\/\/[^\s/?#:@\\]+(\/[^\s?#\\]*)?$/i;

export function urlIn(body: Body): string {
  const url = text(body, "url");
  if (!URL_FORM.test(url) || !URL.canParse(url)) throw wrongFormat("url");
  return url;
}

/** From 100 to 1000: documented. Source: §2.1. */
export const maxBatchSizeIn = (body: Body): number | undefined => optionalInteger(body, "maxBatchSize", 100, 1000);

/** Rejects an unknown auth scheme before the verification request. Assumed. Source: §11.3 A4. */
export function requireScheme(call: Call, authId: string): void {
  if (call.store.find("authentications", call.mid, authId) === undefined) throw invalid("authId");
}
