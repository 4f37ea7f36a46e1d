import { type Access, readAccess } from "../ens/access";
import { environmentSource } from "../ens/environment";
import { type Probe, VERIFICATION_ROUTES as routes } from "../ens/routes";
import { EnsCallError, EnsCaller, type EnsResponse, isTransient } from "./ens-caller";
import { requireProbe } from "./probe";

/** ENS does not know the callback until it has received the response to the verification request, and shortly after. Source: §10.3. */
const PATIENCE_MS = 30_000;
const STEPS_MS = [100, 250, 500, 1000, 2000, 5000];
const LONGEST_WAIT_MS = 10_000;

/** Options of `completeHandshake`. */
export interface HandshakeOptions {
  /** Credentials for ENS. Default: the environment variables `ENS_SUBDOMAIN`, `ENS_CLIENT_ID`, `ENS_CLIENT_SECRET` and so on. */
  readonly settings?: Access;
  /** Replacement for Node's `fetch`, for example one that uses a proxy. */
  readonly fetch?: typeof fetch;
}

/** Source of time. */
export interface Timer {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const realTime: Timer = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
};

/**
 * Returns the verification key to ENS, which then verifies the callback. Respond to the verification request with 200 before
 * you call this function, because ENS waits for the response before it stores the callback. Therefore requests are retried
 * for 30 s after a 404, a 429, a status of 500 or more, or when no response arrived.
 *
 * Needs the permission `event_notification_callback_update` in the business unit in which the callback was created. Rejects
 * when ENS still rejects the key after 30 s. Rejects with a `TypeError`, without a request, when `given` is not the body of a
 * verification request. No error contains a secret. Source: ENS REST contract §2.6, §10.3.
 */
export async function completeHandshake(given: Probe & HandshakeOptions, timer: Timer = realTime): Promise<void> {
  const probe = requireProbe(given);
  const access = given.settings ?? readAccess(environmentSource(process.env));
  const ens = new EnsCaller(access, given.fetch ?? fetch);
  const end = timer.now() + PATIENCE_MS;
  for (let tries = 0; ; tries += 1) {
    const response = await ens.call("POST", routes.verify, probe).catch(returnLost);
    const left = end - timer.now();
    if (response instanceof EnsCallError) {
      if (left <= 0) throw response;
    } else {
      if (response.status === 200) return;
      if (left <= 0 || !(response.status === 404 || isTransient(response.status))) {
        if (await isVerified(ens, probe)) return;
        throw new EnsCallError(describeRejection(ens, access, probe, response));
      }
    }
    const step = STEPS_MS[Math.min(tries, STEPS_MS.length - 1)] as number;
    const asked = response instanceof EnsCallError ? undefined : response.waitMs;
    await timer.sleep(Math.min(left, Math.max(step, Math.min(asked ?? 0, LONGEST_WAIT_MS))));
  }
}

/** For `catch`: returns the error of a request without a response, which is retried, and throws any other error. */
function returnLost(error: unknown): EnsCallError {
  if (error instanceof EnsCallError && error.isUnanswered) return error;
  throw error;
}

/**
 * Returns whether the callback is already verified: by another program, or by an earlier attempt whose response was lost.
 * Source: §10.22.
 */
async function isVerified(ens: EnsCaller, { callbackId }: Probe): Promise<boolean> {
  const response = await ens.call("GET", `${routes.callbacks}/${encodeURIComponent(callbackId)}`).catch(returnLost);
  return (
    !(response instanceof EnsCallError) && response.status === 200 && /"status"\s*:\s*"verified"/i.test(response.text)
  );
}

function describeRejection(ens: EnsCaller, access: Access, probe: Probe, response: EnsResponse): string {
  const { callbackId, verificationKey } = probe;
  const said = `ENS did not verify callback ${callbackId}: POST ${routes.verify} returned ${response.status}`;
  return `${said}${ens.describe(response, verificationKey)}. ${adviceFor(response.status, access)}`;
}

function adviceFor(status: number, { accountId }: Access): string {
  if (status === 404) {
    const unit =
      accountId === undefined ? "the business unit that owns the installed package" : `business unit ${accountId}`;
    return (
      `The callback is not in ${unit}, or the key is wrong, already used or older than four hours. If the callback belongs ` +
      "to another business unit, set ENS_ACCOUNT_ID to its MID."
    );
  }
  if (status === 401 || status === 403) {
    return (
      "The installed package needs the permission event_notification_callback_update. A new permission takes up to 5 " +
      "minutes to appear in tokens."
    );
  }
  if (isTransient(status)) return "ENS was unavailable for 30 s. The key is valid for four hours, so try again later.";
  return "The callback stays unverified until its key is returned to ENS.";
}
