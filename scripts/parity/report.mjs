import { stripVTControlCharacters } from "node:util";

/**
 * @typedef {object} Behaviour
 * @property {string} id
 * @property {string} when
 * @property {string} then
 * @property {"documented" | "observed" | "assumed"} confidence
 * @typedef {{ status: string, title: string, failureMessages: string[] }} Ran a test, as Jest tells it
 * @typedef {"confirmed" | "refuted" | "not testable"} Verdict
 * @typedef {{ id: string, confidence: string, when: string, then: string, verdict: Verdict, why?: string }} Entry
 */

const NOT_RUN = "it needs the simulator: a switch, a fault, its clock, an event or its admin API";
/** @type {Verdict[]} */
const VERDICTS = ["confirmed", "refuted", "not testable"];

/**
 * What each behaviour turned out to be.
 *
 * @param {Behaviour[]} behaviours
 * @param {Ran[]} ran
 * @param {string[]} secrets texts that no report may hold
 * @returns {Entry[]}
 */
export function verdicts(behaviours, ran, secrets) {
  const byId = new Map(ran.map((test) => [test.title.split(":")[0] ?? "", test]));
  return behaviours.map(({ id, confidence, when, then }) => {
    const entry = { id, confidence, when, then };
    const test = byId.get(id);
    if (test === undefined) return { ...entry, verdict: "not testable", why: NOT_RUN };
    if (test.status === "passed") return { ...entry, verdict: "confirmed" };
    const message = redacted(stripVTControlCharacters(test.failureMessages.join("\n")), secrets);
    const reason = /NOT TESTABLE: (.*)/.exec(message)?.[1];
    if (reason !== undefined) return { ...entry, verdict: "not testable", why: reason };
    return { ...entry, verdict: "refuted", why: message.split("\n    at ")[0] ?? message };
  });
}

/** Keys and tokens stand in answers, and answers in messages of failed expectations. */
function redacted(/** @type {string} */ text, /** @type {string[]} */ secrets) {
  const named = /("?(?:access_token|signatureKey|verificationKey|client_secret)\\?"?: *\\?")[^"\\]*/g;
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text.replace(named, "$1[secret]"));
}

/** @param {Entry[]} entries @param {{ rest: string, at: Date }} run */
export function markdown(entries, { rest, at }) {
  const count = (/** @type {string} */ confidence, /** @type {Verdict} */ verdict) =>
    entries.filter((entry) => entry.confidence === confidence && entry.verdict === verdict).length;
  const rows = ["assumed", "documented", "observed"].map(
    (confidence) => `| ${confidence} | ${VERDICTS.map((verdict) => count(confidence, verdict)).join(" | ")} |`,
  );
  const refuted = entries.filter(({ verdict }) => verdict === "refuted");
  return `# Parity of the simulator with ${rest}

Run at ${at.toISOString()}.

| behaviour is | ${VERDICTS.join(" | ")} |
| --- | --- | --- | --- |
${rows.join("\n")}

## Refuted

${refuted.map(({ id, confidence, when, then, why }) => `### ${id} (${confidence})\n\n${when}: ${then}\n\n${quoted(why ?? "")}`).join("\n\n") || "None."}

## All

| behaviour | is | verdict |
| --- | --- | --- |
${entries.map(({ id, confidence, verdict, why }) => `| \`${id}\` | ${confidence} | ${verdict}${verdict === "not testable" ? `: ${why}` : ""} |`).join("\n")}
`;
}

const quoted = (/** @type {string} */ text) => `\`\`\`text\n${text.replaceAll("```", "'''").trim()}\n\`\`\``;
