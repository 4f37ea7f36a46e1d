import { z } from "zod";
import { isShortWord } from "../properties/short-word";
import { durationOf, milliseconds } from "./duration";
import { choiceProblem, shownTypeProblem, typeProblem } from "./problem";
import { type Allowed, urlProblem } from "./url";

const WORDS = "the program and its arguments as a list of strings";

/** Schema for required text, which is not changed. `what` describes the expected value in messages. */
export function textCheck(what: string) {
  return z.string({ error: ({ input }) => shownTypeProblem(input, what) }).min(1, { error: `is empty; give ${what}` });
}

/** Schema for a required secret. No message contains any part of the value. */
export function secretCheck(what: string) {
  return z.string({ error: ({ input }) => typeProblem(input, what) }).min(1, { error: `is empty; give ${what}` });
}

/** Schema for required text. Removes white space at both ends. */
export function trimmedTextCheck(what: string) {
  return z
    .string({ error: ({ input }) => shownTypeProblem(input, what) })
    .trim()
    .min(1, { error: `is empty; give ${what}` });
}

/**
 * Schema for the name of an object. Removes white space at both ends. A name that consists only of white space is kept,
 * because ENS accepts it and an object with such a name must be importable.
 */
export function nameCheck(what: string) {
  return z
    .string({ error: ({ input }) => shownTypeProblem(input, what) })
    .min(1, { error: `is empty; give ${what}` })
    .overwrite((name) => name.trim() || name);
}

/** Schema for one of some words. Messages repeat a wrong value, which is not secret. `refusals` has messages for known words that are not accepted. */
export function choiceCheck<const Words extends readonly [string, ...string[]]>(
  words: Words,
  refusals: Readonly<Record<string, string>> = {},
) {
  return z.enum(words, { error: ({ input }) => choiceProblem(input, words, refusals) });
}

/**
 * Schema for an https URL. `loopback` also allows http to this machine. Removes white space at both ends. Messages do not
 * repeat the value, because a path may contain a secret.
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

/** Schema for a duration with a unit, such as `"90s"`, `"5m"` or `"1h"`, between two bounds. */
export function durationCheck(least: string, most: string) {
  const what = `a number with ms, s, m or h between ${least} and ${most}, for example "90s"`;
  return z.string({ error: ({ input }) => shownTypeProblem(input, what) }).refine(
    (value) => {
      const span = milliseconds(value);
      return span !== undefined && span >= durationOf(least) && span <= durationOf(most);
    },
    {
      error: ({ input }) =>
        isShortWord(String(input)) ? shownTypeProblem(input, what) : `is not a duration; give ${what}`,
    },
  );
}

/** Schema for a program and its arguments, which may be empty strings. */
export const programCheck = z
  .array(z.string({ error: (issue) => typeProblem(issue.input, WORDS) }), {
    error: ({ input }) => shownTypeProblem(input, WORDS),
  })
  .refine(([program]) => program !== undefined && program !== "", { error: `is empty; give ${WORDS}` });
