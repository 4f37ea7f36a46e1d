import { randomBytes } from "node:crypto";
import { openDispatcher } from "../../ens/dispatcher";
import { reason } from "../../ens/errors";
import { shownUrl } from "../../ens/shown-url";

const LARGEST_BYTES = 64 * 1024;
/** ENS waits for up to 30 s; a receiver that takes as long will not keep up with events. */
const ANSWER_MS = 10_000;
/** No callback has this id, so a receiver that gives the key back gets a 404 from ENS. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/**
 * Posts to a callback's url what ENS will post, before ENS is asked, and is stricter: the certificate must be trusted
 * from here, the answer must be a 200 within 10 s, and redirects count as wrong. Rejects with what to mend.
 */
export async function tryUrl(url: string): Promise<void> {
  const agent = openDispatcher({ maxResponseSize: LARGEST_BYTES, connectTimeout: ANSWER_MS });
  const { origin, pathname } = new URL(url);
  const body = JSON.stringify({ callbackId: NOBODY, verificationKey: randomBytes(24).toString("base64") });
  const failed = (why: string, cause?: unknown) =>
    new Error(`the preflight of ${shownUrl(url)} failed: ${why}; ENS was not asked`, { cause });
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
        throw failed(`no answer from here: ${reason(cause)}`, cause);
      });
    await response.body.dump();
    const status = response.statusCode;
    if (status >= 300 && status < 400) throw failed(`it redirects (${status}); give the url that it redirects to`);
    if (status !== 200) throw failed(`it answers ${status} to {"callbackId":…,"verificationKey":…}, and ENS wants 200`);
  } finally {
    await agent.close();
  }
}
