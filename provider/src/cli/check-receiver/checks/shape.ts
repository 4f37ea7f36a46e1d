import { type Check, fail, pass, warning } from "../check";
import { didOf } from "../describe";
import { shownMs } from "../limits";
import { breakOff } from "../sender";
import { acknowledgedFinding, DELIVERED, findingOf, NO_KEY } from "./delivery";

export const duplicate: Check = {
  id: "duplicate",
  title: "Duplicates",
  rule: "The receiver acknowledges a delivery that comes a second time, because ENS delivers at least once.",
  source: "§6.1, §10.16",
  confidence: "documented",
  needs: DELIVERED,
  async run(session) {
    const body = JSON.stringify(session.events.batch(3));
    const sent = "the same signed array of 3 events, twice";
    const first = await acknowledgedFinding(session, body, sent);
    if (first.verdict !== "pass") return first;
    const second = await acknowledgedFinding(session, body, sent);
    const advice =
      "Recognize duplicates if you need to, and acknowledge them all the same: ENS repeats what it believes lost.";
    return second.verdict === "fail" ? { ...second, advice } : pass("The receiver acknowledges both.", second);
  },
};

export const singleObject: Check = {
  id: "single-object",
  title: "One event without an array",
  rule: "The receiver acknowledges an event that is not in an array, as some samples of ENS show it.",
  source: "§6.1",
  confidence: "assumed",
  needs: DELIVERED,
  async run(session) {
    const body = JSON.stringify(session.events.batch(1)[0]);
    const finding = await acknowledgedFinding(session, body, "a signed event without an array");
    if (finding.verdict !== "fail") return finding;
    const advice = "Take an object as an array of one. No delivery of that form is known, only samples.";
    return warning(finding.reason, { ...finding, advice });
  },
};

export const unknownEventType: Check = {
  id: "unknown-event-type",
  title: "Unknown event type",
  rule: "The receiver acknowledges events of a type that it does not know, because the list of types grows.",
  source: "§8.1",
  confidence: "documented",
  needs: DELIVERED,
  async run(session) {
    const body = JSON.stringify([session.events.one("CheckEvents.NotYetInvented"), ...session.events.batch(1)]);
    const finding = await acknowledgedFinding(session, body, "a signed array with an event of an unknown type");
    const advice = "Leave out what you do not know, and acknowledge it: ENS would repeat it for up to 7 days.";
    return finding.verdict === "fail" ? { ...finding, advice } : finding;
  },
};

export const slowBody: Check = {
  id: "slow-body",
  title: "Slow and broken bodies",
  rule: "The receiver waits for a body that comes in pieces, and a connection that breaks does not harm the next delivery.",
  source: "§6.1",
  confidence: "assumed",
  needs: DELIVERED,
  async run(session) {
    if (session.task.key === undefined) return NO_KEY;
    const { limits, target, events } = session;
    const body = JSON.stringify(events.batch(10));
    const sent = `a signed array of 10 events over ${shownMs(limits.slowBodyMs)}`;
    const slow = findingOf(session, await session.deliver(body, { overMs: limits.slowBodyMs }), body, sent);
    if (slow.verdict === "fail") return { ...slow, advice: "Read the body to its end, whatever its pieces are." };
    await breakOff(target, { method: "POST", headers: session.headersOf(body), body }, limits.connectMs);
    const next = JSON.stringify(events.batch(1));
    const outcome = await session.deliver(next);
    const after = `${sent}; half a body; then a delivery in order`;
    const finding = findingOf(session, outcome, next, after);
    if (finding.verdict === "fail") {
      const ended = outcome.kind === "broken";
      const advice = ended
        ? "Catch the error of a body that breaks off: it seems to have ended the receiver."
        : "Drop what came over a connection that breaks, and keep nothing of it for the next one.";
      return fail(`After a connection that broke, the receiver ${didOf(outcome)}.`, { ...finding, advice });
    }
    return pass("The receiver takes slow bodies, and a broken one does no harm.", finding);
  },
};
