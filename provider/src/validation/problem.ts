import { typeProblem } from "pulumi-ens-receiver/internal";
import { isShortWord } from "../properties/short-word";

export { typeProblem };

/** The longest value that a message repeats. */
const SHOWN = 40;

/** The same, with the value where it is a number, a truth value or a short word. Not for secrets. */
export function shownTypeProblem(input: unknown, what: string): string {
  const isShown = typeof input === "number" || typeof input === "boolean";
  if (isShown || (typeof input === "string" && isShortWord(input))) return `is ${JSON.stringify(input)}; give ${what}`;
  return typeProblem(input, what);
}

/** Why a text that is none of these words is refused; `refusals` are words that need another answer. */
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
    ? `${JSON.stringify(shown)} is not possible; give "${words[0]}", or leave it out`
    : `${JSON.stringify(shown)} is not one of ${words.join(", ")}`;
}
