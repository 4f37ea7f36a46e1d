import { setTimeout as sleep } from "node:timers/promises";
import { findKey } from "../../verification/read-key";
import { type Finding, fail, pass, skipped } from "./check";
import { didOf, isSuccess } from "./describe";
import { type Outcome, send } from "./sender";
import type { Session } from "./session";

/** Where a receiver hands out the keys that it keeps, as for the verification strategy `pull`. */
export interface PullSource {
  /** `{callbackId}` stands for the id; without it, the id is added as the query parameter `callbackId`. */
  readonly url: string;
  readonly token?: string | undefined;
}

/** A token that nobody gives out. */
const WRONG_TOKEN = "check-receiver-wrong-token";
/** How often a receiver is asked for a key that it has not stored yet. */
const EVERY_MS = 250;
const SENT = "GET --pull-url, without a token, with a wrong one, and with the right one";

/** Whether the receiver hands out the key of the probe that it got, and to those alone who have the token. */
export async function pullFinding(session: Session): Promise<Finding> {
  const { limits, probe, task } = session;
  if (task.pull === undefined) return skipped("There is no --pull-url.");
  const { token } = task.pull;
  if (token !== undefined) {
    const open = await openTo(session);
    if (open !== undefined) return open;
  }
  const end = performance.now() + limits.verificationMs;
  let outcome = await ask(session, token);
  while (isNotYet(outcome) && performance.now() < end) {
    await sleep(EVERY_MS);
    outcome = await ask(session, token);
  }
  const text = outcome.kind === "answer" && outcome.status === 200 ? outcome.text : "";
  const key = findKey(text, probe.callbackId);
  const evidence = { sent: SENT, received: didOf(outcome) };
  if (key === undefined) {
    const advice = 'Answer 200 with {"callbackId":…,"verificationKey":…} as the probe had it.';
    return fail(`The receiver ${didOf(outcome)}, without the key of this callback.`, { ...evidence, advice });
  }
  if (key !== probe.verificationKey) {
    const advice = "Hand out the verificationKey of the probe, unchanged.";
    return fail("The receiver handed out another key than the one that it got.", { ...evidence, advice });
  }
  if (token === undefined) {
    const advice = "Protect the keys with a token, and give it as --pull-token-file.";
    return fail("The receiver hands the key out to everybody.", { ...evidence, advice });
  }
  return pass("The receiver hands the key out, to nobody but who has the token.", evidence);
}

/** A finding when the receiver answers somebody who does not have the token. */
async function openTo(session: Session): Promise<Finding | undefined> {
  const wrong = [
    [undefined, "without a token"],
    [WRONG_TOKEN, "with a wrong token"],
  ] as const;
  for (const [token, what] of wrong) {
    const outcome = await ask(session, token);
    if (!isSuccess(outcome)) continue;
    const advice = "Compare the token of each request, and answer 401 when it is not the right one.";
    return fail(`The receiver ${didOf(outcome)} to a request ${what}.`, { sent: SENT, advice });
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

/** The answers that the strategy `pull` takes for "not yet". */
function isNotYet(outcome: Outcome): boolean {
  return outcome.kind === "answer" && [204, 404, 503].includes(outcome.status);
}
