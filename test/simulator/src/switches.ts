import { QUESTIONS } from "./questions";

type Questions = typeof QUESTIONS;
type Value<Question> = Question extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : Question extends { readonly number: number }
    ? number
    : Question extends { readonly most: unknown }
      ? number | null
      : readonly number[];

/** Every question as it is answered now. */
export type Switches = { -readonly [Name in keyof Questions]: Value<Questions[Name]> };

/** Answers from a program, a JSON document or the command line: `true` is `on`, `404` may be a number, a list a text. */
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

/** Sets some switches. Throws on a name or an answer that is not there, saying which are, and then sets none. */
export function turn(switches: Switches, changes: object): void {
  const answers = Object.entries(changes).map(([name, value]) => {
    if (!Object.hasOwn(QUESTIONS, name)) {
      throw new Error(`there is no switch ${name}; there are ${Object.keys(QUESTIONS).join(", ")}`);
    }
    const answer = parsed(name as keyof Questions, value);
    if (answer !== undefined) return [name, answer];
    throw new Error(
      `switch ${name} cannot be ${JSON.stringify(value)}; it can be ${alternatives(name as keyof Questions)}`,
    );
  });
  Object.assign(switches, Object.fromEntries(answers));
}

/** What a switch can be, the default first, in words. */
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
