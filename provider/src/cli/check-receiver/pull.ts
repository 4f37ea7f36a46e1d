import { setTimeout as sleep } from "node:timers/promises";
import { findKey } from "../../verification/read-key";
import { type Finding, fail, pass, skipped } from "./check";
import { describeOutcome, isSuccess } from "./describe";
import { type Outcome, send } from "./sender";
import type { Session } from "./session";

/** Endpoint of a receiver for the verification strategy `pull`. */
export interface PullSource {
  /** `{callbackId}` stands for the id. Without it, the id is added as the query parameter `callbackId`. */
  readonly url: string;
  readonly token?: string | undefined;
}

/** A token that no receiver accepts. */
const WRONG_TOKEN = "check-receiver-wrong-token";
/** Interval of the requests for a key that the receiver has not stored yet. */
const EVERY_MS = 250;
const SENT = "GET --pull-url, without a token, with a wrong token, and with the correct token";

/** Checks that the receiver returns the key of the verification request, and only with the token. */
export async function checkPull(session: Session): Promise<Finding> {
  const { limits, probe, task } = session;
  if (task.pull === undefined) return skipped("No --pull-url was given.");
  const { token } = task.pull;
  if (token !== undefined) {
    const failure = await checkAccess(session);
    if (failure !== undefined) return failure;
  }
  const end = performance.now() + limits.verificationMs;
  let outcome = await ask(session, token);
  while (isNotYet(outcome) && performance.now() < end) {
    await sleep(EVERY_MS);
    outcome = await ask(session, token);
  }
  const text = outcome.kind === "answer" && outcome.status === 200 ? outcome.text : "";
  const key = findKey(text, probe.callbackId);
  const evidence = { sent: SENT, received: describeOutcome(outcome) };
  if (key === undefined) {
    const advice = 'Return 200 with {"callbackId":…,"verificationKey":…} from the verification request.';
    return fail(`The receiver ${describeOutcome(outcome)}, without the key of this callback.`, { ...evidence, advice });
  }
  if (key !== probe.verificationKey) {
    const advice = "Return the verificationKey of the verification request unchanged.";
    return fail("The receiver returned another key than the one in the verification request.", { ...evidence, advice });
  }
  if (token === undefined) {
    const advice = "Require a token for the keys, and give the token with --pull-token-file.";
    return fail("The receiver returns the key without authentication.", { ...evidence, advice });
  }
  return pass("The receiver returns the key with the token only.", evidence);
}

/** Returns a finding when the receiver returns something without the correct token. */
async function checkAccess(session: Session): Promise<Finding | undefined> {
  const wrong = [
    [undefined, "without a token"],
    [WRONG_TOKEN, "with a wrong token"],
  ] as const;
  for (const [token, what] of wrong) {
    const outcome = await ask(session, token);
    if (!isSuccess(outcome)) continue;
    const advice = "Compare the token of each request, and return 401 for a wrong token.";
    return fail(`The receiver ${describeOutcome(outcome)} for a request ${what}.`, { sent: SENT, advice });
  }
  return undefined;
}

function ask({ task, probe, limits, target }: Session, token: string | undefined): Promise<Outcome> {
  const { url = "" } = task.pull ?? {};
  const address = new URL(url.replaceAll("{callbackId}", encodeURIComponent(probe.callbackId)));
  if (!url.includes("{callbackId}")) address.searchParams.set("callbackId", probe.callbackId);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const message = { method: "GET", headers: { accept: "application/json", ...authorization } } as const;
  return send({ ...target, url: address }, message, limits.connectMs);
}

/** Returns whether the response means "not yet" for the strategy `pull`. */
function isNotYet(outcome: Outcome): boolean {
  return outcome.kind === "answer" && [204, 404, 503].includes(outcome.status);
}
