import { randomBytes } from "node:crypto";
import { type Check, type Finding, fail, pass, warning } from "../check";
import { didOf, isSuccess } from "../describe";
import type { Changes, Session } from "../session";
import { acknowledgedFinding, DELIVERED, NO_KEY } from "./delivery";

const SOURCE = { source: "§6.2", confidence: "documented" } as const;
const ADVICE = {
  refuse: "Compare the signature of each delivery with one over its raw body, and answer 401 when they differ.",
  late: "Answer 401 at once, before any other work.",
  error: "Answer 401: an error looks as if the receiver were broken, and an exception may end it.",
} as const;

/** A delivery that the receiver must refuse, and how a person calls it. */
interface Forgery {
  readonly what: string;
  readonly body: string;
  readonly changes: Changes;
}

export const badSignature: Check = {
  id: "bad-signature",
  title: "Wrong signature",
  rule: "The receiver refuses a delivery that another key has signed, or whose signature is no signature.",
  ...SOURCE,
  needs: DELIVERED,
  run(session) {
    const body = JSON.stringify(session.events.batch(1));
    const other = session.sign(body, randomBytes(32).toString("base64"));
    return refusedFinding(session, [
      { what: "signed by another key", body, changes: { signature: other } },
      { what: "with a short signature", body, changes: { signature: other.slice(0, 8) } },
      { what: "with an empty signature", body, changes: { signature: "" } },
    ]);
  },
};

export const missingSignature: Check = {
  id: "missing-signature",
  title: "No signature",
  rule: "The receiver refuses a delivery without a signature.",
  ...SOURCE,
  needs: DELIVERED,
  run(session) {
    const body = JSON.stringify(session.events.batch(1));
    return refusedFinding(session, [{ what: "without a signature", body, changes: { signature: null } }]);
  },
};

export const tamperedBody: Check = {
  id: "tampered-body",
  title: "Changed body",
  rule: "The receiver refuses a delivery whose body was changed after it was signed.",
  ...SOURCE,
  needs: [...DELIVERED, "bad-signature"],
  run(session) {
    if (session.task.key === undefined) return NO_KEY;
    const body = JSON.stringify(session.events.batch(1));
    const changed = body.replace('"mid":', '"mie":');
    const changes = { signature: session.sign(body) };
    return refusedFinding(session, [{ what: "with one byte changed", body: changed, changes }]);
  },
};

export const signatureOfParsedBody: Check = {
  id: "signature-of-parsed-body",
  title: "Signature over raw bytes",
  rule: "The receiver computes the signature over the bytes that came, not over JSON that was parsed and written again.",
  ...SOURCE,
  needs: [...DELIVERED, "bad-signature", "tampered-body"],
  async run(session) {
    if (session.task.key === undefined) return NO_KEY;
    const unusual = unusualJson(session.events.batch(2));
    const taken = await acknowledgedFinding(session, unusual, "a signed array with unusual white space and escapes");
    const advice = "Compute the signature over the raw body, before anything parses it.";
    if (taken.verdict === "fail") return { ...taken, advice };
    const body = JSON.stringify(JSON.parse(unusual));
    const changes = { signature: session.sign(unusual) };
    const refused = await refusedFinding(session, [{ what: "written again, with the old signature", body, changes }]);
    return refused.verdict === "fail" ? { ...refused, advice } : refused;
  },
};

/** The same JSON in bytes that no serializer writes: line breaks, escapes that are not needed, characters of 4 bytes. */
function unusualJson(events: readonly object[]): string {
  const named = events.map((event) => ({ ...event, note: "Grüße, 你好, 😀 </b>" }));
  return `\r\n${JSON.stringify(named, undefined, "\t")} \n`
    .replaceAll('"eventCategoryType":', '"event\\u0043ategoryType"  :')
    .replaceAll("ü", "\\u00FC")
    .replaceAll("</b>", "<\\/b>");
}

/** A pass when the receiver acknowledges none of these. */
async function refusedFinding(session: Session, forgeries: readonly Forgery[]): Promise<Finding> {
  let warned: Finding | undefined;
  let evidence = {};
  for (const { what, body, changes } of forgeries) {
    const outcome = await session.deliver(body, changes);
    evidence = { sent: `a delivery ${what}`, received: session.shown(outcome) };
    const did = `The receiver ${didOf(outcome)} to a delivery ${what}`;
    if (isSuccess(outcome)) return fail(`${did}.`, { ...evidence, advice: ADVICE.refuse });
    if (outcome.kind === "late") return fail(`${did}.`, { ...evidence, advice: ADVICE.late });
    const refused = outcome.kind === "answer" && (outcome.status === 401 || outcome.status === 403);
    if (!refused) warned ??= warning(`${did}; a refusal is 401 or 403.`, { ...evidence, advice: ADVICE.error });
  }
  const which = forgeries.map(({ what }) => what).join(", ");
  return warned ?? pass(`The receiver refuses what comes ${which}.`, evidence);
}
