import { parseArgs } from "node:util";
import { nearest } from "../../validation/nearest";
import { type Description, HELP_OPTION, type Options, type ValuesOf } from "./options";
import { UsageError } from "./usage-error";

/** A command line that was understood. */
export interface Parsed<Given extends Options> {
  readonly wantsHelp: boolean;
  readonly values: ValuesOf<Given>;
  /** The arguments without a name. */
  readonly parameters: readonly string[];
  /** What is for another program, in the order in which it was given. */
  readonly others: readonly string[];
}

/** Options that somebody may try, and which would show a secret in the list of processes. */
const SECRETS = /^(signature-?|verification-?|api-?)?key$|^(client-?)?secret$|^password$|^((bearer|access)-?)?token$/i;

type Token = NonNullable<ReturnType<typeof tokensOf>>[number];

/** Reads the arguments behind a command's name. Throws a `UsageError`; no message repeats a value. */
export function parseArguments<Given extends Options>(
  { options: own, parameters = [], passesOnTo }: Description<Given>,
  args: readonly string[],
): Parsed<Given> {
  const options: Options = { ...own, ...HELP_OPTION };
  const values: Record<string, unknown> = Object.fromEntries(
    Object.entries(options).map(([name, option]) => {
      if (option.type === "boolean") return [name, false];
      return [name, option.multiple ? [] : undefined];
    }),
  );
  const words: string[] = [];
  const isOwn = new Set<number>();
  const tokens = tokensOf(options, args);
  const wantsHelp = tokens.some((token) => token.kind === "option" && token.name === "help");
  for (const token of wantsHelp ? [] : tokens) {
    if (token.kind === "option-terminator") isOwn.add(token.index);
    else if (token.kind === "positional") words.push(token.value);
    else if (Object.hasOwn(options, token.name)) takeOption(options, values, isOwn, token);
    else if (passesOnTo === undefined) throw new UsageError(describeUnknown(token, options));
  }
  if (passesOnTo === undefined && !wantsHelp) checkCount(words, parameters);
  const others = passesOnTo === undefined ? [] : args.filter((_, at) => !isOwn.has(at));
  return { wantsHelp, values: values as ValuesOf<Given>, parameters: words, others };
}

function tokensOf(options: Options, args: readonly string[]) {
  const known = Object.entries(options).map(([name, { type, short }]) => [name, { type, ...(short && { short }) }]);
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(known) as Record<string, { type: "boolean" | "string"; short?: string }>,
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

function takeOption(
  options: Options,
  values: Record<string, unknown>,
  isOwn: Set<number>,
  token: Token & { kind: "option" },
): void {
  const { name, rawName, value, index, inlineValue } = token;
  const option = options[name];
  isOwn.add(index);
  if (option?.type === "boolean") {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value`);
    values[name] = true;
    return;
  }
  if (option === undefined) return;
  if (inlineValue === false) isOwn.add(index + 1);
  if (value === undefined || value === "") throw new UsageError(`${rawName} needs a value, the ${option.value}`);
  if (inlineValue === false && /^-./.test(value)) {
    throw new UsageError(
      `${rawName} needs a value, the ${option.value}; one with a dash in front is given by ${rawName}=`,
    );
  }
  if (!option.multiple && values[name] !== undefined) throw new UsageError(`--${name} is given twice; one must do`);
  values[name] = option.multiple ? [...(values[name] as string[]), value] : value;
}

function describeUnknown({ name, rawName: given }: Token & { kind: "option" }, options: Options): string {
  const [rawName] = /^-*[\w-]*/.exec(given) ?? [given]; // what is behind it may be a value, and a secret
  const files = Object.keys(options).filter((each) => each.endsWith("-file"));
  if (SECRETS.test(name)) {
    const way = /secret/i.test(name) ? "give it by ENS_CLIENT_SECRET or ENS_CLIENT_SECRET_FILE" : fileWay(name, files);
    return `${rawName} would show a secret in the list of processes; ${way}`;
  }
  const [meant] = nearest(name, Object.keys(options));
  return `there is no option ${rawName}${meant === undefined ? "" : `; --${meant} may be meant`}`;
}

function fileWay(name: string, files: readonly string[]): string {
  const [first = ""] = files.filter((each) => each.startsWith(/key$/i.test(name) ? "key" : "token"));
  return first === "" ? "this command needs none" : `write it into a file for --${first}`;
}

function checkCount(words: readonly string[], parameters: NonNullable<Description["parameters"]>): void {
  const missing = parameters.find(({ isOptional }, at) => !isOptional && words[at] === undefined);
  if (missing !== undefined) throw new UsageError(`the <${missing.name}> is missing`);
  const empty = parameters.find((_, at) => words[at]?.trim() === "");
  if (empty !== undefined) throw new UsageError(`the <${empty.name}> is empty`);
  if (words.length <= parameters.length) return;
  const most =
    parameters.length === 0
      ? "no arguments"
      : parameters.length === 1
        ? "one argument"
        : `${parameters.length} arguments`;
  throw new UsageError(`this command takes ${most} besides its options, and ${words.length} were given`);
}
