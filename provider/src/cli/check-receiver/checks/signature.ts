import { randomBytes } from "node:crypto";
import { type Check, type Finding, fail, pass, warning } from "../check";
import { describeOutcome, isSuccess } from "../describe";
import type { Changes, Session } from "../session";
import { checkDelivery, DELIVERED, NO_KEY } from "./delivery";

const SOURCE = { source: "§6.2", confidence: "documented" } as const;
const ADVICE = {
  accepted: "Compute the signature over the raw body of each delivery, and return 401 if it differs from the header.",
  late: "Return 401 at once, before any other work.",
  error: "Return 401. Other statuses look like a failure of the receiver, and an unhandled exception may stop it.",
} as const;

/** Delivery that the receiver must reject, with its description. */
interface Forgery {
  readonly what: string;
  readonly body: string;
  readonly changes: Changes;
}

export const badSignature: Check = {
  id: "bad-signature",
  title: "Wrong signature",
  rule: "The receiver rejects deliveries that are signed with another key or have a malformed signature.",
  ...SOURCE,
  needs: DELIVERED,
  run(session) {
    const body = JSON.stringify(session.events.batch(1));
    const other = session.sign(body, randomBytes(32).toString("base64"));
    return checkRejection(session, [
      { what: "signed with another key", body, changes: { signature: other } },
      { what: "with a short signature", body, changes: { signature: other.slice(0, 8) } },
      { what: "with an empty signature", body, changes: { signature: "" } },
    ]);
  },
};

export const missingSignature: Check = {
  id: "missing-signature",
  title: "No signature",
  rule: "The receiver rejects a delivery without a signature.",
  ...SOURCE,
  needs: DELIVERED,
  run(session) {
    const body = JSON.stringify(session.events.batch(1));
    return checkRejection(session, [{ what: "without a signature", body, changes: { signature: null } }]);
  },
};

export const tamperedBody: Check = {
  id: "tampered-body",
  title: "Changed body",
  rule: "The receiver rejects a delivery whose body was changed after signing.",
  ...SOURCE,
  needs: [...DELIVERED, "bad-signature"],
  run(session) {
    if (session.task.key === undefined) return NO_KEY;
    const body = JSON.stringify(session.events.batch(1));
    const changed = body.replace('"mid":', '"mie":');
    const changes = { signature: session.sign(body) };
    return checkRejection(session, [{ what: "with one byte changed", body: changed, changes }]);
  },
};

export const signatureOfParsedBody: Check = {
  id: "signature-of-parsed-body",
  title: "Signature over raw bytes",
  rule: "The receiver computes the signature over the received bytes, not over JSON that was parsed and serialized again.",
  ...SOURCE,
  needs: [...DELIVERED, "bad-signature", "tampered-body"],
  async run(session) {
    if (session.task.key === undefined) return NO_KEY;
    const unusual = unusualJson(session.events.batch(2));
    const taken = await checkDelivery(session, unusual, "a signed array with unusual white space and escapes");
    const advice = "Compute the signature over the raw body, before the body is parsed.";
    if (taken.verdict === "fail") return { ...taken, advice };
    const body = JSON.stringify(JSON.parse(unusual));
    const changes = { signature: session.sign(unusual) };
    const refused = await checkRejection(session, [
      { what: "serialized again, with the old signature", body, changes },
    ]);
    return refused.verdict === "fail" ? { ...refused, advice } : refused;
  },
};

/** Returns the same JSON with unusual white space, unnecessary escapes and characters of four bytes. */
function unusualJson(events: readonly object[]): string {
  const named = events.map((event) => ({ ...event, note: "Grüße, 你好, 😀 </b>" }));
  return `\r\n${JSON.stringify(named, undefined, "\t")} \n`
    .replaceAll('"eventCategoryType":', '"event\\u0043ategoryType"  :')
    .replaceAll("ü", "\\u00FC")
    .replaceAll("</b>", "<\\/b>");
}

/** Returns `pass` if the receiver rejects all of these deliveries. */
async function checkRejection(session: Session, forgeries: readonly Forgery[]): Promise<Finding> {
  let warned: Finding | undefined;
  let evidence = {};
  for (const { what, body, changes } of forgeries) {
    const outcome = await session.deliver(body, changes);
    evidence = { sent: `a delivery ${what}`, received: session.shown(outcome) };
    const did = `The receiver ${describeOutcome(outcome)} for a delivery ${what}`;
    if (isSuccess(outcome)) return fail(`${did}.`, { ...evidence, advice: ADVICE.accepted });
    if (outcome.kind === "late") return fail(`${did}.`, { ...evidence, advice: ADVICE.late });
    const refused = outcome.kind === "answer" && (outcome.status === 401 || outcome.status === 403);
    if (!refused) warned ??= warning(`${did}. It should return 401 or 403.`, { ...evidence, advice: ADVICE.error });
  }
  const which = forgeries.map(({ what }) => what).join(", ");
  return warned ?? pass(`The receiver rejects deliveries ${which}.`, evidence);
}
