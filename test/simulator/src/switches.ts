import { QUESTIONS } from "./questions";

type Questions = typeof QUESTIONS;
type Value<Question> = Question extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Question extends { readonly number: number }
    ? number
    : Question extends { readonly most: unknown }
      ? number | null
      : readonly number[];

/** The current answer to each question. */
export type Switches = { -readonly [Name in keyof Questions]: Value<Questions[Name]> };

/** Answers from a program, a JSON document or the command line: `true` means `on`, `404` can be a number, and a list can be a text. */
export type Answers = {
  readonly [Name in keyof Questions]?: Value<Questions[Name]> | string | number | boolean | null;
};

export function defaults(): Switches {
  const answers = Object.entries(QUESTIONS).map(([name, question]) => {
    if ("choices" in question) return [name, question.choices[0]];
    if ("number" in question) return [name, question.number];
    return [name, "most" in question ? question.most : question.numbers];
  });
  return Object.fromEntries(answers) as Switches;
}

/** Sets some switches. Throws for an unknown name or answer, with those that exist, and then sets none. */
export function setSwitches(switches: Switches, changes: object): void {
  const answers = Object.entries(changes).map(([name, value]) => {
    if (!Object.hasOwn(QUESTIONS, name)) {
      throw new Error(`there is no switch ${name}. The switches are ${Object.keys(QUESTIONS).join(", ")}`);
    }
    const answer = parsed(name as keyof Questions, value);
    if (answer !== undefined) return [name, answer];
    throw new Error(
      `switch ${name} cannot be ${JSON.stringify(value)}. Its values are ${alternatives(name as keyof Questions)}`,
    );
  });
  Object.assign(switches, Object.fromEntries(answers));
}

/** The values of a switch as a text, with the default first. */
export function alternatives(name: keyof Questions): string {
  const question = QUESTIONS[name];
  if ("choices" in question) return question.choices.join(" | ");
  if ("number" in question) return `${question.number} | a number`;
  return "most" in question ? `${question.most} | a number` : `${question.numbers.join(",")} | numbers`;
}

function parsed(name: keyof Questions, value: unknown): unknown {
  const question = QUESTIONS[name];
  if ("choices" in question) {
    const text = value === true ? "on" : value === false ? "off" : String(value);
    return (question.choices as readonly string[]).includes(text) ? text : undefined;
  }
  if ("most" in question && (value === null || value === "null")) return null;
  if (!("numbers" in question)) return whole(value);
  const list = Array.isArray(value) ? value : String(value).split(",");
  const numbers = list.map(whole);
  return numbers.length > 0 && !numbers.includes(undefined) ? numbers : undefined;
}

function whole(value: unknown): number | undefined {
  return (typeof value === "number" || typeof value === "string") && /^\d+$/.test(String(value))
    ? Number(value)
    : undefined;
}
