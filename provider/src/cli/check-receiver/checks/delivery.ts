import { type Check, type Finding, fail, pass, skipped } from "../check";
import { adviceFor, describeOutcome, isAcknowledged } from "../describe";
import { shownMs } from "../limits";
import type { Outcome } from "../sender";
import type { Session } from "../session";

/** Checks that must pass before a first delivery. */
export const CONNECTED = ["url", "reach", "tls"];
/** Checks that must pass before further deliveries. */
export const DELIVERED = [...CONNECTED, "signed-batch-1"];

export const NO_KEY = skipped("No signature key was given. Use --key-file or ENS_CHECK_KEY_FILE.");

/** Sends a correct delivery, which the receiver must acknowledge. */
export async function checkDelivery(session: Session, body: string, sent: string): Promise<Finding> {
  if (session.task.key === undefined) return NO_KEY;
  return judgeDelivery(session, await session.deliver(body), body, sent);
}

/** Returns `pass` if the delivery was acknowledged in time. */
export function judgeDelivery(session: Session, outcome: Outcome, body: string, sent: string): Finding {
  const evidence = { sent, received: session.shown(outcome) };
  if (isAcknowledged(outcome)) return pass(`The receiver ${describeOutcome(outcome)}.`, evidence);
  const limit = shownMs(session.limits.deliveryMs);
  const advice = adviceFor(outcome, Buffer.byteLength(body));
  return fail(`The receiver ${describeOutcome(outcome)}. ENS requires 200 to 204 within ${limit}.`, {
    ...evidence,
    advice,
  });
}

export const signedBatch1: Check = {
  id: "signed-batch-1",
  title: "Signed batch of one",
  rule: "The receiver acknowledges a signed delivery with 200 to 204 within 3 s.",
  source: "§6.1, §6.2, §6.3",
  confidence: "documented",
  needs: CONNECTED,
  async run(session) {
    if (session.task.key === undefined) return NO_KEY;
    const body = JSON.stringify(session.events.batch(1));
    const outcome = await session.deliver(body);
    const finding = judgeDelivery(session, outcome, body, "a signed array of one event");
    const isRefused = outcome.kind === "answer" && finding.verdict === "fail";
    return isRefused ? adviseOtherForm(session, finding, body) : finding;
  },
};

export const signedBatch1000: Check = {
  id: "signed-batch-1000",
  title: "Signed batch of 1000",
  rule: "The receiver acknowledges a signed delivery of 1000 events, the largest batch of ENS, within 3 s.",
  source: "§6.1, §6.3, §7",
  confidence: "documented",
  needs: DELIVERED,
  run(session) {
    const body = JSON.stringify(session.events.batch(1000));
    const kilobytes = Math.round(Buffer.byteLength(body) / 1000);
    return checkDelivery(session, body, `a signed array of 1000 events, ${kilobytes} kB`);
  },
};

/** Replaces the advice if the receiver accepts the other form of the key. Source: ENS REST contract §6.2. */
async function adviseOtherForm(session: Session, finding: Finding, body: string): Promise<Finding> {
  const form = session.task.keyForm === "decoded" ? "text" : "decoded";
  const outcome = await session.deliver(body, { signature: session.sign(body, session.task.key, form) });
  if (!isAcknowledged(outcome)) return finding;
  const [uses, other] = form === "text" ? ["as text", "decoded"] : ["decoded", "as text"];
  const advice =
    `The receiver uses the key ${uses}, but this check used it ${other}. The sources on ENS disagree, so let the receiver ` +
    `accept both forms. Use --key-form ${form} for the other checks.`;
  return { ...finding, advice };
}

export const parallel: Check = {
  id: "parallel",
  title: "Parallel deliveries",
  rule: "The receiver acknowledges 50 parallel signed deliveries of 100 events, each within 3 s.",
  source: "§6.3",
  confidence: "assumed",
  needs: DELIVERED,
  async run(session) {
    if (session.task.key === undefined) return NO_KEY;
    const bodies = Array.from({ length: 50 }, () => JSON.stringify(session.events.batch(100)));
    const outcomes = await Promise.all(bodies.map((body) => session.deliver(body)));
    const slowest = Math.max(...outcomes.map(({ milliseconds }) => milliseconds));
    const bad = outcomes.filter((outcome) => !isAcknowledged(outcome));
    const [first] = bad;
    const sent = "50 signed arrays of 100 events in parallel";
    if (first === undefined) return pass(`The slowest of 50 responses took ${shownMs(slowest)}.`, { sent });
    const advice = adviceFor(first, Buffer.byteLength(bodies[0] ?? ""));
    const limit = shownMs(session.limits.deliveryMs);
    const reason = `${bad.length} of 50 deliveries were not acknowledged within ${limit}. The slowest took ${shownMs(slowest)}.`;
    return fail(reason, { sent, received: session.shown(first), advice });
  },
};
