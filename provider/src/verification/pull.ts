import { createHmac } from "node:crypto";
import { openDispatcher } from "../ens/dispatcher";
import { reason } from "../ens/errors";
import { shownUrl } from "../ens/shown-url";
import { findKey } from "./read-key";
import type { KeySource, Target } from "./strategy";

const LARGEST_BYTES = 64 * 1024;
const RESPONSE_TIMEOUT_MS = 10_000;

/** Options of the strategy `pull`. */
export interface PullOptions {
  readonly url: string;
  readonly bearerToken?: string | undefined;
  readonly hmacSecret?: string | undefined;
}

/**
 * Fetches the verification key from a protected URL of the receiver. A 404 means that the receiver has no key yet. The
 * response is the body of the verification request, so that the key of another callback is never sent to ENS.
 *
 * With `hmacSecret`, the request is authenticated by the headers `x-ens-timestamp` (seconds) and `x-ens-signature` (base64
 * HMAC-SHA256 of `<timestamp>.<callbackId>`).
 */
export function pull({ url, bearerToken, hmacSecret }: PullOptions, { run }: Target): KeySource {
  const shown = shownUrl(url);
  const agent = openDispatcher({ maxResponseSize: LARGEST_BYTES, connectTimeout: RESPONSE_TIMEOUT_MS });
  return {
    awaited: `the verification key from verification.url at ${shown}`,
    advice: `Make verification.url at ${shown} return {"callbackId":…,"verificationKey":…}`,
    lookAt: "Look at the receiver's terminal",
    async key(callbackId) {
      const target = new URL(url.replaceAll("{callbackId}", encodeURIComponent(callbackId)));
      const headers = {
        accept: "application/json",
        ...bearerHeader(bearerToken),
        ...signatureHeaders(hmacSecret, callbackId, run.clock.now()),
      };
      let status: number;
      let body: string;
      try {
        const { origin, pathname, search } = target;
        const limits = { headersTimeout: RESPONSE_TIMEOUT_MS, bodyTimeout: RESPONSE_TIMEOUT_MS };
        const response = await agent.request({ origin, path: pathname + search, method: "GET", headers, ...limits });
        status = response.statusCode;
        body = await response.body.text();
      } catch (cause) {
        throw new Error(`no response from ${shown}: ${reason(cause)}`, { cause });
      }
      if (status === 404 || status === 204 || status === 503) return undefined;
      if (status >= 300 && status < 400)
        throw new Error(`${shown} returned a redirect (${status}), which is not followed`);
      if (status !== 200) throw new Error(`${shown} returned ${status}`);
      const key = findKey(body, callbackId);
      if (key === undefined)
        throw new Error(`${shown} returned 200 without the verificationKey of callback ${callbackId}`);
      return key;
    },
    close: () => agent.close(),
  };
}

const bearerHeader = (token: string | undefined) => (token === undefined ? {} : { authorization: `Bearer ${token}` });

function signatureHeaders(secret: string | undefined, callbackId: string, now: number): Record<string, string> {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(now / 1000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.${callbackId}`).digest("base64");
  return { "x-ens-timestamp": timestamp, "x-ens-signature": signature };
}
