import { typeProblem } from "pulumi-ens-receiver/internal";
import { isShortWord } from "../properties/short-word";

export { typeProblem };

/** Length at which a message cuts a value. */
const SHOWN = 40;

/** Explains why a value has the wrong type, and repeats a number, a boolean or a short word. Not for secrets. */
export function shownTypeProblem(input: unknown, what: string): string {
  const isShown = typeof input === "number" || typeof input === "boolean";
  if (isShown || (typeof input === "string" && isShortWord(input))) return `is ${JSON.stringify(input)}; give ${what}`;
  return typeProblem(input, what);
}

/** Explains why a value is not one of some words. `refusals` has messages for known words that are not accepted. */
export function choiceProblem(
  input: unknown,
  words: readonly string[],
  refusals: Readonly<Record<string, string>> = {},
) {
  if (typeof input !== "string")
    return shownTypeProblem(input, words.length === 1 ? `"${words[0]}"` : `one of ${words.join(", ")}`);
  if (Object.hasOwn(refusals, input)) return refusals[input];
  const shown = input.length > SHOWN ? `${input.slice(0, SHOWN)}…` : input;
  return words.length === 1
    ? `${JSON.stringify(shown)} is not a possible value; give "${words[0]}", or leave it out`
    : `${JSON.stringify(shown)} is not one of ${words.join(", ")}`;
}
