import { z } from "zod";

/** The longest value that a message repeats. */
const SHOWN = 40;

/** A text that must be there; `what` tells a person what belongs there. It is taken as it is. */
export function text(what: string) {
  return z.string({ error: (issue) => wrong(issue.input, what) }).min(1, { error: `is empty; give ${what}` });
}

/** A text in which white space at the ends is a slip: it is taken off. */
export function trimmedText(what: string) {
  return z
    .string({ error: (issue) => wrong(issue.input, what) })
    .trim()
    .min(1, { error: `is empty; give ${what}` });
}

/**
 * The name of an object. White space at its ends is taken off, but a name of nothing else stays: ENS takes it, and what
 * somebody called so in Setup can be imported.
 */
export function nameText(what: string) {
  return z
    .string({ error: (issue) => wrong(issue.input, what) })
    .min(1, { error: `is empty; give ${what}` })
    .overwrite((name) => name.trim() || name);
}

/** One of some words. The wrong one is repeated: it is no secret. `refusals` are words that need another answer. */
export function choice<const Words extends readonly [string, ...string[]]>(
  words: Words,
  refusals: Readonly<Record<string, string>> = {},
) {
  return z.enum(words, { error: ({ input }) => notOneOf(input, words, refusals) });
}

export function notOneOf(input: unknown, words: readonly string[], refusals: Readonly<Record<string, string>> = {}) {
  if (typeof input !== "string")
    return wrong(input, words.length === 1 ? `"${words[0]}"` : `one of ${words.join(", ")}`);
  if (Object.hasOwn(refusals, input)) return refusals[input];
  const shown = input.length > SHOWN ? `${input.slice(0, SHOWN)}…` : input;
  return words.length === 1
    ? `${JSON.stringify(shown)} is not possible; give "${words[0]}", or leave it out`
    : `${JSON.stringify(shown)} is not one of ${words.join(", ")}`;
}

/**
 * An https URL; `loopback` allows plain http to this machine. White space at its ends is taken off. Values are not repeated
 * in the message: a path may hold a secret.
 */
export function httpsUrl(what: string, allowed: Allowed) {
  return z
    .string({ error: (issue) => wrong(issue.input, what) })
    .trim()
    .superRefine((value, context) => {
      const problem = urlProblem(value, allowed);
      if (problem !== undefined) context.addIssue({ code: "custom", message: `${problem}; give ${what}` });
    });
}

interface Allowed {
  readonly port: boolean;
  readonly query: boolean;
  readonly loopback?: boolean;
}

/** A span of time with its unit: `"90s"`, `"5m"`, `"1h"`, in milliseconds between the two bounds. */
export function duration(least: string, most: string) {
  const what = `a number with ms, s, m or h between ${least} and ${most}, like "90s"`;
  return z.string({ error: (issue) => wrong(issue.input, what) }).refine(
    (value) => {
      const span = milliseconds(value);
      return span !== undefined && span >= (milliseconds(least) ?? 0) && span <= (milliseconds(most) ?? 0);
    },
    { error: ({ input }) => `is ${milliseconds(String(input)) === undefined ? "no time" : input}; give ${what}` },
  );
}

/** `"90s"` as 90,000; `undefined` when the text is no span of time. */
export function milliseconds(value: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value);
  if (parts === null) return undefined;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[parts[2] as "ms" | "s" | "m" | "h"];
  return Number(parts[1]) * unit;
}

/** Why a value of the wrong type, or none, is refused. */
export function wrong(input: unknown, what: string): string {
  if (input === undefined || input === null) return `is missing; give ${what}`;
  const kind = Array.isArray(input) ? "a list" : typeof input === "object" ? "an object" : `a ${typeof input}`;
  return `is ${kind}; give ${what}`;
}

/** A host name that never leaves this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Whether two texts are one address: the case of the host and a slash behind it are no difference. */
export function isSameUrl(one: string, other: string): boolean {
  return one === other || (URL.parse(one)?.href ?? one) === (URL.parse(other)?.href ?? other);
}

function urlProblem(value: string, allowed: Allowed): string | undefined {
  const url = URL.parse(value);
  if (value === "") return "is empty";
  if (url === null) return "is not a URL";
  if (/\s/.test(value)) return "has white space in it";
  const local = allowed.loopback === true && url.protocol === "http:" && isLoopback(url.hostname);
  if (url.protocol !== "https:" && allowed.loopback && !local) return "must start with https:// (http is for loopback)";
  if (url.protocol !== "https:" && !local) {
    return `does not start with https://, and ENS speaks https only`;
  }
  if (url.username !== "" || url.password !== "") return "has credentials in it, and state and logs show it";
  if (!allowed.port && /^https:\/\/[^/]*:\d/i.test(value)) return "has a port, and ENS takes none";
  if (!allowed.query && value.includes("?")) return "has a query, and ENS takes none";
  if (value.includes("#")) return "has a fragment (#), which is never sent";
  return undefined;
}
