import type { Probe } from "../ens/routes";
import { typeProblem } from "../type-problem";

/**
 * Anybody may post a probe, and what is in it gets into calls and logs. So it has to look like an id or a key; a GUID and
 * 44 characters of base64 are known, and the limit is far from both. Source: ENS REST contract §2.1, §2.6.
 */
const WORD = /^[!-~]{1,1024}$/;

/**
 * The body of ENS's first POST to a new callback, once parsed, or `undefined` for anything else. It is unsigned.
 * Source: ENS REST contract §2.1.
 */
export function parseProbe(body: unknown): Probe | undefined {
  return problemOfProbe(body) === undefined ? readProbe(body as Probe) : undefined;
}

/** The probe without the white space around its words. Throws a `TypeError` for anything else than a probe. */
export function requireProbe(given: unknown): Probe {
  const problem = problemOfProbe(given);
  if (problem !== undefined) throw new TypeError(problem);
  return readProbe(given as Probe);
}

function readProbe({ callbackId, verificationKey }: Probe): Probe {
  return { callbackId: callbackId.trim(), verificationKey: verificationKey.trim() };
}

function problemOfProbe(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    return `the probe ${typeProblem(given, "what parseProbe returned")}`;
  }
  const problems = (["callbackId", "verificationKey"] as const).flatMap((name) => {
    const word: unknown = Reflect.get(given, name);
    if (typeof word !== "string") return [`${name} ${typeProblem(word, "what ENS posted")}`];
    return WORD.test(word.trim()) ? [] : [`${name} must be 1 to 1024 visible ASCII characters; give what ENS posted`];
  });
  return problems.length === 0 ? undefined : problems.join("; ");
}
