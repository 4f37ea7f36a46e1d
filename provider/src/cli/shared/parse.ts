import { parseArgs } from "node:util";
import { nearest } from "../../validation/nearest";
import { type Description, HELP_OPTION, type Options, type ValuesOf } from "./options";
import { UsageError } from "./usage-error";

/** A parsed command line. */
export interface Parsed<Given extends Options> {
  readonly wantsHelp: boolean;
  readonly values: ValuesOf<Given>;
  /** The positional arguments. */
  readonly parameters: readonly string[];
  /** Arguments for the other program, in the order in which they were given. */
  readonly others: readonly string[];
}

/** Option names that users may try and that would put a secret into the process list. */
const SECRETS =
  /^(signature-?|verification-?|api-?)?key$|^(client-?)?secret$|^password$|^((bearer|access|pull)-?)?token$|^(pull-?)?bearer$/i;

type Token = NonNullable<ReturnType<typeof tokensOf>>[number];

/** Parses the arguments after a command's name. Throws a `UsageError` whose message contains no value. */
export function parseArguments<Given extends Options>(
  { options: own, parameters = [], passesOnTo, callsEns = false }: Description<Given>,
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
    else if (passesOnTo === undefined) throw new UsageError(describeUnknown(token, options, callsEns));
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
    if (value !== undefined) throw new UsageError(`${rawName} accepts no value`);
    values[name] = true;
    return;
  }
  if (option === undefined) return;
  if (inlineValue === false) isOwn.add(index + 1);
  if (value === undefined || value === "") throw new UsageError(`${rawName} <${option.value}> has no value`);
  if (inlineValue === false && /^-./.test(value)) {
    throw new UsageError(
      `${rawName} <${option.value}> has no value. Write ${rawName}=<${option.value}> for a value that begins with a dash`,
    );
  }
  if (!option.multiple && values[name] !== undefined) throw new UsageError(`--${name} is given twice. Give it once`);
  values[name] = option.multiple ? [...(values[name] as string[]), value] : value;
}

function describeUnknown(
  { name, rawName: given }: Token & { kind: "option" },
  options: Options,
  callsEns: boolean,
): string {
  const [rawName] = /^-*[\w-]*/.exec(given) ?? [given]; // the rest may be a value, and therefore a secret
  const files = Object.keys(options).filter((each) => each.endsWith("-file"));
  if (SECRETS.test(name)) {
    const isClientSecret = /^client/i.test(name) || (callsEns && /secret/i.test(name));
    const hint = isClientSecret ? "Set ENS_CLIENT_SECRET or ENS_CLIENT_SECRET_FILE instead" : fileHint(name, files);
    return `${rawName} would show a secret in the process list. ${hint}`;
  }
  const [meant] = nearest(name, Object.keys(options));
  return `there is no option ${rawName}.${meant === undefined ? "" : ` Did you mean --${meant}?`}`;
}

function fileHint(name: string, files: readonly string[]): string {
  const exact = `${name.replace("bearer", "token")}-file`;
  const start = /(key|secret)$/i.test(name) ? "key" : "token";
  const file = files.includes(exact) ? exact : files.find((each) => each.startsWith(start));
  return file === undefined
    ? "This command needs no such secret"
    : `Write the secret into a file and give --${file} <file>`;
}

function checkCount(words: readonly string[], parameters: NonNullable<Description["parameters"]>): void {
  const missing = parameters.find(
    ({ isOptional, isCheckedByCommand }, at) => !isOptional && !isCheckedByCommand && words[at] === undefined,
  );
  if (missing !== undefined) throw new UsageError(`<${missing.name}> is missing. ${missing.text}`);
  const empty = parameters.find((_, at) => words[at]?.trim() === "");
  if (empty !== undefined) throw new UsageError(`<${empty.name}> is empty`);
  if (words.length <= parameters.length) return;
  const most =
    parameters.length === 0
      ? "no arguments"
      : parameters.length === 1
        ? "one argument"
        : `${parameters.length} arguments`;
  throw new UsageError(`this command accepts ${most} besides its options, but got ${words.length}`);
}
