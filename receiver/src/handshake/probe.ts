import type { Probe } from "../ens/routes";
import { typeProblem } from "../type-problem";

/**
 * Format of ids and keys. Anybody may send a verification request, and its values get into requests and logs. Known values
 * are GUIDs and 44 characters of base64, which are far below the limit. Source: ENS REST contract §2.1, §2.6.
 */
const WORD = /^[!-~]{1,1024}$/;

/**
 * Returns the parsed body of ENS's verification request, or `undefined` for any other body. The request is not signed.
 * Source: ENS REST contract §2.1.
 */
export function parseProbe(body: unknown): Probe | undefined {
  return problemOfProbe(body) === undefined ? readProbe(body as Probe) : undefined;
}

/** Returns the body without white space around its values. Throws a `TypeError` for any other value. */
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
    return `the probe ${typeProblem(given, "the result of parseProbe")}`;
  }
  const problems = (["callbackId", "verificationKey"] as const).flatMap((name) => {
    const word: unknown = Reflect.get(given, name);
    if (typeof word !== "string") return [`${name} ${typeProblem(word, "the value that ENS posted")}`];
    return WORD.test(word.trim())
      ? []
      : [`${name} must be 1 to 1024 visible ASCII characters; give the value that ENS posted`];
  });
  return problems.length === 0 ? undefined : problems.join("; ");
}
