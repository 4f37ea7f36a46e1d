import { typeProblem } from "pulumi-ens-receiver/internal";

export { typeProblem };

/** The longest value that a message repeats. */
const SHOWN = 40;

/** Why a text that is none of these words is refused; `refusals` are words that need another answer. */
export function choiceProblem(
  input: unknown,
  words: readonly string[],
  refusals: Readonly<Record<string, string>> = {},
) {
  if (typeof input !== "string")
    return typeProblem(input, words.length === 1 ? `"${words[0]}"` : `one of ${words.join(", ")}`);
  if (Object.hasOwn(refusals, input)) return refusals[input];
  const shown = input.length > SHOWN ? `${input.slice(0, SHOWN)}…` : input;
  return words.length === 1
    ? `${JSON.stringify(shown)} is not possible; give "${words[0]}", or leave it out`
    : `${JSON.stringify(shown)} is not one of ${words.join(", ")}`;
}
