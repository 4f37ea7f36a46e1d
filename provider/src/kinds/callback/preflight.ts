import { randomBytes } from "node:crypto";
import { openDispatcher } from "../../ens/dispatcher";
import { reason } from "../../ens/errors";
import { shownUrl } from "../../ens/shown-url";

const LARGEST_BYTES = 64 * 1024;
/** ENS waits for up to 30 s, but a receiver that needs so long would not keep up with events. */
const ANSWER_MS = 10_000;
/** No callback has this id, so ENS returns 404 to a receiver that returns the key. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * Sends a verification request like ENS's to the URL before the callback is created. The check is stricter than ENS:
 * this machine must trust the certificate, and the receiver must return 200 within 10 s without a redirect. Rejects
 * with a hint.
 */
export async function tryUrl(url: string): Promise<void> {
  const agent = openDispatcher({ maxResponseSize: LARGEST_BYTES, connectTimeout: ANSWER_MS });
  const { origin, pathname } = new URL(url);
  const body = JSON.stringify({ callbackId: NOBODY, verificationKey: randomBytes(24).toString("base64") });
  const failed = (why: string, cause?: unknown) =>
    new Error(`the preflight of ${shownUrl(url)} failed: ${why}. No request was sent to ENS.`, { cause });
  try {
    const response = await agent
      .request({
        origin,
        path: pathname,
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        headersTimeout: ANSWER_MS,
        bodyTimeout: ANSWER_MS,
      })
      .catch((cause: unknown) => {
        throw failed(`the receiver did not respond: ${reason(cause)}`, cause);
      });
    await response.body.dump();
    const status = response.statusCode;
    if (status >= 300 && status < 400)
      throw failed(`the receiver redirects (${status}); set url to the target of the redirect`);
    if (status !== 200)
      throw failed(`the receiver returned ${status} to {"callbackId":…,"verificationKey":…}, but ENS expects 200`);
  } finally {
    await agent.close();
  }
}
