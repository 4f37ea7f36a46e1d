import type { Description, Option } from "./options";
import { HELP_OPTION } from "./options";

const WIDTH = 100;
const USAGE_EXIT = "Wrong usage. The message on stderr says what to change.";
const SETTINGS =
  "The credentials and the business unit come from the environment variables ENS_SUBDOMAIN, ENS_CLIENT_ID, " +
  "ENS_CLIENT_SECRET and ENS_ACCOUNT_ID, or from files named by the same variables with the suffix _FILE. This command " +
  "does not read the configuration of a stack.";

/** Returns the text that `--help` prints. */
export function helpOf(description: Description): string {
  const { name, about, parameters = [], options, list, callsEns, exits } = description;
  const rows = [
    ...parameters.map((each) => [`<${each.name}>`, each.text] as const),
    ...optionRows({ ...options, ...HELP_OPTION }),
  ];

  return [
    `Usage: ens ${name}${usageOf(description)}`,
    ...about.split("\n").map((paragraph) => wrapped(paragraph)),
    alignedRows(rows),
    ...(list === undefined ? [] : [`${list.title}:\n${alignedRows(list.rows)}`]),
    ...(callsEns ? [wrapped(SETTINGS)] : []),
    `Exit codes:\n${alignedRows(exitRows(exits))}`,
  ].join("\n\n");
}

function alignedRows(rows: readonly (readonly [string, string])[]): string {
  const indent = Math.max(...rows.map(([left]) => left.length)) + 4;
  return rows.map(([left, text]) => `  ${left.padEnd(indent - 2)}${wrapped(text, indent)}`).join("\n");
}

/** Returns the parameters and options as the first line of the help shows them. */
export function usageOf({ parameters = [], passesOnTo }: Description): string {
  const words = parameters.map(({ name, isOptional }) => (isOptional ? ` [<${name}>]` : ` <${name}>`));
  return `${words.join("")} [options]${passesOnTo === undefined ? "" : ` [options of '${passesOnTo}']`}`;
}

/** Returns a pair for each option: how it is written, and what it does. */
export function optionRows(options: Readonly<Record<string, Option>>): (readonly [string, string])[] {
  return Object.entries(options).map(([name, option]) => {
    const short = option.short === undefined ? "" : `-${option.short}, `;
    const value = option.type === "string" ? ` <${option.value}>` : "";
    const again = option.type === "string" && option.multiple ? " Can be given several times." : "";
    return [`${short}--${name}${value}`, `${option.text}${again}`] as const;
  });
}

/** Returns all exit codes with their meanings, in numeric order. */
export function exitRows(exits: Description["exits"]): [string, string][] {
  const order = (code: string) => (/^\d+$/.test(code) ? Number(code) : Number.POSITIVE_INFINITY);
  return Object.entries({ ...exits, "2": USAGE_EXIT }).sort(([one], [other]) => order(one) - order(other));
}

function wrapped(text: string, indent = 0): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}
