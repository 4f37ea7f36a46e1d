import { z } from "zod";
import { isShortWord } from "../properties/short-word";
import { durationOf, milliseconds } from "./duration";
import { choiceProblem, shownTypeProblem, typeProblem } from "./problem";
import { type Allowed, urlProblem } from "./url";

const WORDS = "the program and its arguments as a list of texts";

/** A text that must be there; `what` tells a person what belongs there. It is taken as it is. */
export function textCheck(what: string) {
  return z.string({ error: ({ input }) => shownTypeProblem(input, what) }).min(1, { error: `is empty; give ${what}` });
}

/** The same for a secret. No message shows any of it. */
export function secretCheck(what: string) {
  return z.string({ error: ({ input }) => typeProblem(input, what) }).min(1, { error: `is empty; give ${what}` });
}

/** A text in which white space at the ends is a slip: it is taken off. */
export function trimmedTextCheck(what: string) {
  return z
    .string({ error: ({ input }) => shownTypeProblem(input, what) })
    .trim()
    .min(1, { error: `is empty; give ${what}` });
}

/**
 * The name of an object. White space at its ends is taken off, but a name of nothing else stays: ENS takes it, and what
 * somebody called so in Setup can be imported.
 */
export function nameCheck(what: string) {
  return z
    .string({ error: ({ input }) => shownTypeProblem(input, what) })
    .min(1, { error: `is empty; give ${what}` })
    .overwrite((name) => name.trim() || name);
}

/** One of some words. The wrong one is repeated: it is no secret. `refusals` are words that need another answer. */
export function choiceCheck<const Words extends readonly [string, ...string[]]>(
  words: Words,
  refusals: Readonly<Record<string, string>> = {},
) {
  return z.enum(words, { error: ({ input }) => choiceProblem(input, words, refusals) });
}

/**
 * An https URL; `loopback` allows plain http to this machine. White space at its ends is taken off. Values are not repeated
 * in the message: a path may hold a secret.
 */
export function httpsUrlCheck(what: string, allowed: Allowed) {
  return z
    .string({ error: (issue) => typeProblem(issue.input, what) })
    .trim()
    .superRefine((value, context) => {
      const problem = urlProblem(value, allowed);
      if (problem !== undefined) context.addIssue({ code: "custom", message: `${problem}; give ${what}` });
    });
}

/** A span of time with its unit: `"90s"`, `"5m"`, `"1h"`, in milliseconds between the two bounds. */
export function durationCheck(least: string, most: string) {
  const what = `a number with ms, s, m or h between ${least} and ${most}, like "90s"`;
  return z.string({ error: ({ input }) => shownTypeProblem(input, what) }).refine(
    (value) => {
      const span = milliseconds(value);
      return span !== undefined && span >= durationOf(least) && span <= durationOf(most);
    },
    { error: ({ input }) => (isShortWord(String(input)) ? shownTypeProblem(input, what) : `is no time; give ${what}`) },
  );
}

/** A program of the user and its arguments, which may be empty texts. */
export const programCheck = z
  .array(z.string({ error: (issue) => typeProblem(issue.input, WORDS) }), {
    error: ({ input }) => shownTypeProblem(input, WORDS),
  })
  .refine(([program]) => program !== undefined && program !== "", { error: `is empty; give ${WORDS}` });
