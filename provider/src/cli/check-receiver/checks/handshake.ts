import { VERIFICATION_ROUTES } from "pulumi-ens-receiver/internal";
import { type Check, type Finding, fail, pass, skipped } from "../check";
import { adviceFor, didOf } from "../describe";
import { shownMs } from "../limits";
import { pullFinding } from "../pull";
import type { Outcome } from "../sender";
import type { Session } from "../session";
import type { StandIn } from "../stand-in";

const PROBE = 'POST {"callbackId":…,"verificationKey":…}, unsigned';

export const probe: Check = {
  id: "probe",
  title: "Probe",
  rule: "The receiver answers the unsigned probe with exactly 200 within 30 s.",
  source: "§2.1",
  confidence: "documented",
  needs: ["url", "reach", "tls"],
  async run(session) {
    const outcome = await session.sendProbe();
    const evidence = { sent: PROBE, received: session.shown(outcome) };
    if (is200(outcome)) return pass(`The receiver ${didOf(outcome)}.`, evidence);
    if ((session.standIn?.callback.attempts.early ?? 0) > 0) {
      const advice = "Answer the probe first and give the key back after that: until then ENS answers 404.";
      return fail(`The receiver ${didOf(outcome)}, because it gave the key back first.`, { ...evidence, advice });
    }
    const limit = shownMs(session.limits.probeMs);
    const advice = adviceForProbe(outcome, session);
    return fail(`The receiver ${didOf(outcome)}, and ENS wants exactly 200 within ${limit}.`, { ...evidence, advice });
  },
};

export const verification: Check = {
  id: "verification",
  title: "Verification",
  rule: "After its answer to the probe, the receiver gives the key back unchanged, and tries again while ENS answers 404.",
  source: "§2.6, §10.3",
  confidence: "assumed",
  needs: ["url", "reach", "tls", "probe"],
  async run(session) {
    const { standIn, task } = session;
    if (standIn === undefined && task.pull === undefined) {
      return skipped("Neither --listen nor --pull-url says how the key comes back.");
    }
    const outcome = await session.sendProbe();
    if (!is200(outcome)) return fail(`The receiver ${didOf(outcome)} when it was probed.`, { sent: PROBE });
    return standIn === undefined ? pullFinding(session) : standInFinding(session, standIn);
  },
};

function is200(outcome: Outcome): boolean {
  return outcome.kind === "answer" && outcome.status === 200;
}

function adviceForProbe(outcome: Outcome, { probe: sent }: Session): string {
  if (outcome.kind !== "answer") return adviceFor(outcome, 0);
  const { status } = outcome;
  if (status >= 200 && status <= 299) return "Answer exactly 200: ENS takes 200 to 204 for events, but not here.";
  if (status === 401 || status === 403) return "Accept a body with callbackId and verificationKey without a signature.";
  return adviceFor(outcome, JSON.stringify(sent).length);
}

async function standInFinding({ limits }: Session, standIn: StandIn): Promise<Finding> {
  const { callback, signIns } = standIn;
  const { attempts } = callback;
  const started = performance.now();
  await callback.wait(limits.verificationMs);
  const after = shownMs(performance.now() - started);
  const received = `calls to ENS: ${signIns.tokens} for a token, ${attempts.tries} with the right key`;
  const evidence = { sent: PROBE, received };
  if (attempts.early > 0) {
    const advice = "Answer the probe with 200, and give the key back when that answer is sent.";
    return fail("The receiver gave the key back before it had answered the probe.", { ...evidence, advice });
  }
  if (callback.isVerified) {
    return pass(`The receiver gave the key back ${after} after its answer, at try ${attempts.tries}.`, evidence);
  }
  const [problem, advice] = problemOf(standIn);
  return fail(`The receiver did not verify its callback within ${after}: ${problem}.`, { ...evidence, advice });
}

/** The likeliest of what the receiver did wrong, and what to do about it. */
function problemOf({ callback: { attempts }, signIns, settings }: StandIn): readonly [string, string] {
  const environment = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const start = `Start the receiver with ${environment.join(" ")}.`;
  if (attempts.tries > 0) {
    const times = attempts.tries === 1 ? "the first 404" : `${attempts.tries} answers of 404`;
    return [`it gave up after ${times}`, "Try again for 30 s while ENS answers 404: it may not know the callback yet."];
  }
  if (attempts.wrongKey > 0) return ["another key came back", "Give back the verificationKey of the probe, unchanged."];
  if (attempts.otherCallback > 0) {
    return ["the key of another callback came back", "Give back callbackId and verificationKey of the same probe."];
  }
  if (attempts.malformed > 0) {
    return [
      "its call lacked callbackId or verificationKey",
      "Post the body of the probe, unchanged, as a JSON object with the content type application/json.",
    ];
  }
  if (signIns.withoutToken > 0) return ["it called without the token", "Send the access_token as a bearer token."];
  if (signIns.refusedCredentials > 0) return ["its credentials are not those of this check", start];
  if (signIns.tokens > 0) return ["it took a token and made no call", `Post the key to ${VERIFICATION_ROUTES.verify}.`];
  return ["it made no call", `Give the key back to ENS after the answer to the probe. ${start}`];
}
