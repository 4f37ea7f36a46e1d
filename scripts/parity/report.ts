import { stripVTControlCharacters } from "node:util";

export interface Behaviour {
  id: string;
  when: string;
  then: string;
  confidence: "documented" | "observed" | "assumed";
}

/** A test in Jest's results. */
export interface Ran {
  status: string;
  title: string;
  failureMessages: string[];
}

export type Verdict = "confirmed" | "refuted" | "not testable";

export interface Entry {
  id: string;
  confidence: string;
  when: string;
  then: string;
  verdict: Verdict;
  why?: string;
}

const NOT_RUN = "it needs a switch, a fault, the clock, an event or the admin API of the simulator";
const VERDICTS: Verdict[] = ["confirmed", "refuted", "not testable"];

/**
 * Returns the verdict on each behavior.
 *
 * @param secrets strings that a report must not contain
 */
export function verdicts(behaviours: Behaviour[], ran: Ran[], secrets: string[]): Entry[] {
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

/** Removes secrets. Responses contain keys and tokens, and messages of failed expectations contain responses. */
function redacted(text: string, secrets: string[]) {
  const named = /("?(?:access_token|signatureKey|verificationKey|client_secret)\\?"?: *\\?")[^"\\]*/g;
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text.replace(named, "$1[secret]"));
}

export function markdown(entries: Entry[], { rest, at }: { rest: string; at: Date }) {
  const count = (confidence: string, verdict: Verdict) =>
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

const quoted = (text: string) => `\`\`\`text\n${text.replaceAll("```", "'''").trim()}\n\`\`\``;
