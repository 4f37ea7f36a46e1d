import { type Check, type Finding, fail, pass, skipped } from "../check";
import { adviceFor, didOf, isAcknowledged } from "../describe";
import { shownMs } from "../limits";
import type { Outcome } from "../sender";
import type { Session } from "../session";

/** What a check of deliveries needs, unless a single signed batch says it already. */
export const CONNECTED = ["url", "reach", "tls"];
/** When a batch in order is refused, other batches say nothing new. */
export const DELIVERED = [...CONNECTED, "signed-batch-1"];

export const NO_KEY = skipped("There is no signature key: --key-file or ENS_CHECK_KEY_FILE names one.");

/** Sends a body as a delivery in order, which the receiver must acknowledge. */
export async function acknowledgedFinding(session: Session, body: string, sent: string): Promise<Finding> {
  if (session.task.key === undefined) return NO_KEY;
  return findingOf(session, await session.deliver(body), body, sent);
}

/** A pass when a delivery was acknowledged in time. */
export function findingOf(session: Session, outcome: Outcome, body: string, sent: string): Finding {
  const evidence = { sent, received: session.shown(outcome) };
  if (isAcknowledged(outcome)) return pass(`The receiver ${didOf(outcome)}.`, evidence);
  const limit = shownMs(session.limits.deliveryMs);
  const advice = adviceFor(outcome, Buffer.byteLength(body));
  return fail(`The receiver ${didOf(outcome)}, and ENS wants 200 to 204 within ${limit}.`, { ...evidence, advice });
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
    const finding = findingOf(session, outcome, body, "a signed array of one event");
    const isRefused = outcome.kind === "answer" && finding.verdict === "fail";
    return isRefused ? withOtherForm(session, finding, body) : finding;
  },
};

export const signedBatch1000: Check = {
  id: "signed-batch-1000",
  title: "Signed batch of 1000",
  rule: "The receiver acknowledges a signed delivery of 1000 events, the largest that there is, within 3 s.",
  source: "§6.1, §6.3, §7",
  confidence: "documented",
  needs: DELIVERED,
  run(session) {
    const body = JSON.stringify(session.events.batch(1000));
    const kilobytes = Math.round(Buffer.byteLength(body) / 1000);
    return acknowledgedFinding(session, body, `a signed array of 1000 events, ${kilobytes} kB`);
  },
};

/** Says so when the receiver takes the same key in its other form. Sources disagree about it. Source: §6.2. */
async function withOtherForm(session: Session, finding: Finding, body: string): Promise<Finding> {
  const form = session.task.keyForm === "decoded" ? "text" : "decoded";
  const outcome = await session.deliver(body, { signature: session.sign(body, session.task.key, form) });
  if (!isAcknowledged(outcome)) return finding;
  const [uses, other] = form === "text" ? ["as text", "decoded"] : ["decoded", "as text"];
  const advice =
    `The receiver uses the key ${uses}, and this check used it ${other}. Sources disagree about what ENS does, so a ` +
    `receiver should accept both; --key-form ${form} checks the rest.`;
  return { ...finding, advice };
}

export const parallel: Check = {
  id: "parallel",
  title: "Parallel deliveries",
  rule: "The receiver acknowledges 50 signed deliveries of 100 events at once, each within 3 s.",
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
    const sent = "50 signed arrays of 100 events, at once";
    if (first === undefined) return pass(`The slowest of 50 answers took ${shownMs(slowest)}.`, { sent });
    const advice = adviceFor(first, Buffer.byteLength(bodies[0] ?? ""));
    const limit = shownMs(session.limits.deliveryMs);
    const reason = `${bad.length} of 50 deliveries were not acknowledged within ${limit}; the slowest took ${shownMs(slowest)}.`;
    return fail(reason, { sent, received: session.shown(first), advice });
  },
};
