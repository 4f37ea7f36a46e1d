import { type Check, fail, pass, warning } from "../check";
import { describeOutcome } from "../describe";
import { shownMs } from "../limits";
import { sendHalf } from "../sender";
import { checkDelivery, DELIVERED, judgeDelivery, NO_KEY } from "./delivery";

export const duplicate: Check = {
  id: "duplicate",
  title: "Duplicates",
  rule: "The receiver acknowledges a delivery that it gets a second time, because ENS delivers at least once.",
  source: "§6.1, §10.16",
  confidence: "documented",
  needs: DELIVERED,
  async run(session) {
    const body = JSON.stringify(session.events.batch(3));
    const sent = "the same signed array of 3 events, twice";
    const first = await checkDelivery(session, body, sent);
    if (first.verdict !== "pass") return first;
    const second = await checkDelivery(session, body, sent);
    const advice = "Acknowledge duplicates, too. ENS repeats a delivery when it got no acknowledgment.";
    return second.verdict === "fail"
      ? { ...second, advice }
      : pass("The receiver acknowledges both deliveries.", second);
  },
};

export const singleObject: Check = {
  id: "single-object",
  title: "One event without an array",
  rule: "The receiver acknowledges an event that is not in an array, as in some samples of ENS.",
  source: "§6.1",
  confidence: "assumed",
  needs: DELIVERED,
  async run(session) {
    const body = JSON.stringify(session.events.batch(1)[0]);
    const finding = await checkDelivery(session, body, "a signed event without an array");
    if (finding.verdict !== "fail") return finding;
    const advice =
      "Treat an object as an array of one event. Only samples have this format; no such delivery is known.";
    return warning(finding.reason, { ...finding, advice });
  },
};

export const unknownEventType: Check = {
  id: "unknown-event-type",
  title: "Unknown event type",
  rule: "The receiver acknowledges events of an unknown type, because ENS adds event types.",
  source: "§8.1",
  confidence: "documented",
  needs: DELIVERED,
  async run(session) {
    const body = JSON.stringify([session.events.one("CheckEvents.NotYetInvented"), ...session.events.batch(1)]);
    const finding = await checkDelivery(session, body, "a signed array with an event of an unknown type");
    const advice = "Ignore unknown events and acknowledge them. Otherwise ENS repeats the batch for up to 7 days.";
    return finding.verdict === "fail" ? { ...finding, advice } : finding;
  },
};

export const slowBody: Check = {
  id: "slow-body",
  title: "Slow and broken bodies",
  rule: "The receiver waits for a body that arrives in pieces, and a broken connection does not affect the next delivery.",
  source: "§6.1",
  confidence: "assumed",
  needs: DELIVERED,
  async run(session) {
    if (session.task.key === undefined) return NO_KEY;
    const { limits, target, events } = session;
    const body = JSON.stringify(events.batch(10));
    const sent = `a signed array of 10 events over ${shownMs(limits.slowBodyMs)}`;
    const slow = judgeDelivery(session, await session.deliver(body, { overMs: limits.slowBodyMs }), body, sent);
    if (slow.verdict === "fail")
      return { ...slow, advice: "Read the body to its end, also when it arrives in pieces." };
    await sendHalf(target, { method: "POST", headers: session.headersOf(body), body }, limits.connectMs);
    const next = JSON.stringify(events.batch(1));
    const outcome = await session.deliver(next);
    const after = `${sent}, then half a body, then a correct delivery`;
    const finding = judgeDelivery(session, outcome, next, after);
    if (finding.verdict === "fail") {
      const ended = outcome.kind === "broken";
      const advice = ended
        ? "Catch the error of an incomplete body. It seems to have stopped the receiver."
        : "Discard the data of a broken connection, so that the next delivery starts without it.";
      return fail(`After a broken connection, the receiver ${describeOutcome(outcome)}.`, { ...finding, advice });
    }
    return pass("The receiver accepts slow bodies, and broken connections do not affect it.", finding);
  },
};
