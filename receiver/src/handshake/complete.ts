import { type Access, readAccess } from "../ens/access";
import { environmentSource } from "../ens/environment";
import { type Probe, VERIFICATION_ROUTES as routes } from "../ens/routes";
import { type EnsAnswer, EnsCallError, EnsCaller, isTransient } from "./ens-caller";
import { requireProbe } from "./probe";

/** ENS may not know the callback as long as it waits for the answer to the probe, and shortly after. Source: §10.3. */
const PATIENCE_MS = 30_000;
const STEPS_MS = [100, 250, 500, 1000, 2000, 5000];
const LONGEST_WAIT_MS = 10_000;

/** What `completeHandshake` takes besides the probe. */
export interface HandshakeOptions {
  /** How to sign in to ENS. Left out, the variables `ENS_SUBDOMAIN`, `ENS_CLIENT_ID`, `ENS_CLIENT_SECRET` and so on are read. */
  readonly settings?: Access;
  /** Another `fetch` than Node's own, for example one that uses a proxy. */
  readonly fetch?: typeof fetch;
}

/** Where the time comes from. */
export interface Timer {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

const realTime: Timer = {
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((done) => setTimeout(done, milliseconds)),
};

/**
 * Gives the verification key back to ENS, which verifies the callback. Answer the probe with 200 first, then call this: ENS
 * waits for the answer before it stores the callback. A 404 is asked again for 30 s for that reason, and so are calls that
 * get no answer, a 429 or a status of 500 or more.
 *
 * Needs the permission `event_notification_callback_update` in the business unit in which the callback was created.
 * Rejects when ENS still refuses after that time, and with a `TypeError` before ENS is asked when something else than a
 * probe is given. No error holds a secret. Source: ENS REST contract §2.6, §10.3.
 */
export async function completeHandshake(given: Probe & HandshakeOptions, timer: Timer = realTime): Promise<void> {
  const probe = requireProbe(given);
  const access = given.settings ?? readAccess(environmentSource(process.env));
  const ens = new EnsCaller(access, given.fetch ?? fetch);
  const end = timer.now() + PATIENCE_MS;
  for (let tries = 0; ; tries += 1) {
    const answer = await ens.call("POST", routes.verify, probe).catch(returnUnanswered);
    const left = end - timer.now();
    if (answer instanceof EnsCallError) {
      if (left <= 0) throw answer;
    } else {
      if (answer.status === 200) return;
      if (left <= 0 || !(answer.status === 404 || isTransient(answer.status))) {
        if (await isVerified(ens, probe)) return;
        throw new EnsCallError(describeRefusal(ens, access, probe, answer));
      }
    }
    const step = STEPS_MS[Math.min(tries, STEPS_MS.length - 1)] as number;
    const asked = answer instanceof EnsCallError ? undefined : answer.waitMs;
    await timer.sleep(Math.min(left, Math.max(step, Math.min(asked ?? 0, LONGEST_WAIT_MS))));
  }
}

/** For `catch`: a call without an answer is asked again, and a refusal of the credentials ends the handshake. */
function returnUnanswered(error: unknown): EnsCallError {
  if (error instanceof EnsCallError && error.isUnanswered) return error;
  throw error;
}

/** Somebody else may have given the key back, or an earlier try has, whose answer was lost. Source: §10.22. */
async function isVerified(ens: EnsCaller, { callbackId }: Probe): Promise<boolean> {
  const answer = await ens.call("GET", `${routes.callbacks}/${encodeURIComponent(callbackId)}`).catch(returnUnanswered);
  return !(answer instanceof EnsCallError) && answer.status === 200 && /"status"\s*:\s*"verified"/i.test(answer.text);
}

function describeRefusal(ens: EnsCaller, access: Access, probe: Probe, answer: EnsAnswer): string {
  const { callbackId, verificationKey } = probe;
  const said = `ENS did not verify callback ${callbackId}: POST ${routes.verify} answered ${answer.status}`;
  return `${said}${ens.describe(answer, verificationKey)}. ${wayOut(answer.status, access)}`;
}

function wayOut(status: number, { accountId }: Access): string {
  if (status === 404) {
    const unit =
      accountId === undefined ? "the business unit that owns the installed package" : `business unit ${accountId}`;
    return (
      `The callback is not in ${unit}, or the key is wrong, used or older than four hours. If another business unit ` +
      "created the callback, set ENS_ACCOUNT_ID to its MID."
    );
  }
  if (status === 401 || status === 403) {
    return (
      "The installed package needs the permission event_notification_callback_update; a new permission takes up to 5 " +
      "minutes to appear in tokens."
    );
  }
  if (isTransient(status))
    return "ENS stayed unavailable for 30 s; the key is good for four hours, so try again later.";
  return "The callback stays unverified until somebody gives its key back.";
}
