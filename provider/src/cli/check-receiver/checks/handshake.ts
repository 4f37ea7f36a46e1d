import { VERIFICATION_ROUTES } from "pulumi-ens-receiver/internal";
import { type Check, type Finding, fail, pass, skipped } from "../check";
import { adviceFor, describeOutcome } from "../describe";
import { shownMs } from "../limits";
import { checkPull } from "../pull";
import type { Outcome } from "../sender";
import type { Session } from "../session";
import type { StandIn } from "../stand-in";

const PROBE = 'POST {"callbackId":…,"verificationKey":…}, unsigned';

export const probe: Check = {
  id: "probe",
  title: "Verification request",
  rule: "The receiver returns exactly 200 for the unsigned verification request within 30 s.",
  source: "§2.1",
  confidence: "documented",
  needs: ["url", "reach", "tls"],
  async run(session) {
    const outcome = await session.sendProbe();
    const evidence = { sent: PROBE, received: session.shown(outcome) };
    if (is200(outcome)) return pass(`The receiver ${describeOutcome(outcome)}.`, evidence);
    if ((session.standIn?.callback.attempts.early ?? 0) > 0) {
      const advice = "Respond first and send the key to ENS afterwards, because ENS returns 404 until then.";
      return fail(`The receiver ${describeOutcome(outcome)}, because it sent the key to ENS first.`, {
        ...evidence,
        advice,
      });
    }
    const limit = shownMs(session.limits.probeMs);
    const advice = adviceForProbe(outcome, session);
    return fail(`The receiver ${describeOutcome(outcome)}. ENS requires exactly 200 within ${limit}.`, {
      ...evidence,
      advice,
    });
  },
};

export const verification: Check = {
  id: "verification",
  title: "Verification",
  rule: "After its response to the verification request, the receiver sends the key to ENS unchanged, and retries while ENS returns 404.",
  source: "§2.6, §10.3",
  confidence: "assumed",
  needs: ["url", "reach", "tls", "probe"],
  async run(session) {
    const { standIn, task } = session;
    if (standIn === undefined && task.pull === undefined) {
      return skipped("Neither --listen nor --pull-url was given.");
    }
    const outcome = await session.sendProbe();
    if (!is200(outcome))
      return fail(`The receiver ${describeOutcome(outcome)} for the verification request.`, { sent: PROBE });
    return standIn === undefined ? checkPull(session) : checkStandIn(session, standIn);
  },
};

function is200(outcome: Outcome): boolean {
  return outcome.kind === "answer" && outcome.status === 200;
}

function adviceForProbe(outcome: Outcome, { probe: sent }: Session): string {
  if (outcome.kind !== "answer") return adviceFor(outcome, 0);
  const { status } = outcome;
  if (status >= 200 && status <= 299) return "Return exactly 200. ENS accepts 200 to 204 only for deliveries.";
  if (status === 401 || status === 403) return "Accept a body with callbackId and verificationKey without a signature.";
  return adviceFor(outcome, JSON.stringify(sent).length);
}

async function checkStandIn({ limits }: Session, standIn: StandIn): Promise<Finding> {
  const { callback, signIns } = standIn;
  const { attempts } = callback;
  const started = performance.now();
  await callback.wait(limits.verificationMs);
  const after = shownMs(performance.now() - started);
  const received = `requests to ENS: ${signIns.tokens} for a token, ${attempts.tries} with the correct key`;
  const evidence = { sent: PROBE, received };
  if (attempts.early > 0) {
    const advice = "Return 200 first, and send the key to ENS after the response.";
    return fail("The receiver sent the key before its response to the verification request.", { ...evidence, advice });
  }
  if (callback.isVerified) {
    return pass(
      `The receiver verified its callback ${after} after its response, at attempt ${attempts.tries}.`,
      evidence,
    );
  }
  const [problem, advice] = problemOf(standIn);
  return fail(`The receiver did not verify its callback within ${after}: ${problem}.`, { ...evidence, advice });
}

/** Returns the most likely mistake of the receiver and the advice. */
function problemOf({ callback: { attempts }, signIns, settings }: StandIn): readonly [string, string] {
  const environment = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  const start = `Start the receiver with ${environment.join(" ")}.`;
  if (attempts.tries > 0) {
    const times = attempts.tries === 1 ? "the first 404" : `${attempts.tries} responses of 404`;
    const advice = "Retry for 30 s while ENS returns 404, because ENS may not know the callback yet.";
    return [`it gave up after ${times}`, advice];
  }
  if (attempts.wrongKey > 0) {
    return ["it sent another key", "Send the verificationKey of the verification request unchanged."];
  }
  if (attempts.otherCallback > 0) {
    const advice = "Send callbackId and verificationKey of the same verification request.";
    return ["it sent the key of another callback", advice];
  }
  if (attempts.malformed > 0) {
    return [
      "its request had no callbackId or no verificationKey",
      "Send the body of the verification request unchanged, as a JSON object with the content type application/json.",
    ];
  }
  if (signIns.withoutToken > 0) {
    return ["it sent requests without the token", "Send the access_token as a bearer token."];
  }
  if (signIns.refusedCredentials > 0) return ["it used other credentials than those of this check", start];
  if (signIns.tokens > 0) {
    return ["it requested a token, but sent no key", `Send the key with POST ${VERIFICATION_ROUTES.verify}.`];
  }
  return ["it sent no request to ENS", `Send the key to ENS after the response to the verification request. ${start}`];
}
