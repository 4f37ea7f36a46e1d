import { parseArgs } from "node:util";
import { FAULT_KINDS } from "../http/fault-kinds";
import { QUESTIONS } from "../questions";
import { alternatives } from "../switches";
import { UsageError } from "./usage-error";

interface Flag {
  /** What stands for its value in the help; without, it is there or not. */
  readonly value?: string;
  readonly text: string;
  readonly multiple?: true;
}

/** All flags. Those with a value can come from the environment too. */
export const FLAGS = {
  port: { value: "N", text: "port on 127.0.0.1; 0 takes a free one (default 4010)" },
  "client-id": { value: "TEXT", text: "client id that gets tokens (default sim-client)" },
  "client-secret-file": { value: "FILE", text: "file with its secret (default: the secret is sim-secret)" },
  "account-id": { value: "N", text: "business unit (MID) of a token that asks for none (default 7000002)" },
  "packages-file": {
    value: "FILE",
    text: "JSON list of more installed packages: clientId, clientSecret, tenant, owner, businessUnits, scopes, hosts",
  },
  "connect-to": {
    value: "HOST=ADDRESS",
    text: "where the host of a url really listens, like hooks.example.org=127.0.0.1:9000; repeatable",
    multiple: true,
  },
  switch: { value: "NAME=VALUE", text: "settle a question that no document settles; repeatable", multiple: true },
  clock: { value: "MODE", text: "real, or frozen: it moves only by POST /_simulator/clock (default real)" },
  lag: {
    value: "OBJECTS=SECONDS",
    text: "until a change of callbacks, subscriptions or authentications shows in deliveries (default 0); repeatable",
    multiple: true,
  },
  "customer-ca-file": {
    value: "FILE",
    text: "authority that customers' certificates are trusted by, besides the usual",
  },
  "fault-rate": { value: "SHARE", text: "share of the requests that meet a fault, 0 to 1 (default 0)" },
  "fault-kind": { value: "KIND", text: "faults by chance are of this kind; repeatable (default all)", multiple: true },
  "fault-seed": { value: "N", text: "replay the run that printed this seed (default: a new one)" },
  tls: { text: "speak HTTPS, with a certificate made at the start" },
  "tls-host": {
    value: "HOST",
    text: "the certificate is for this host too, besides 127.0.0.1 and localhost; repeatable",
    multiple: true,
  },
  "ca-file": {
    value: "FILE",
    text: "where the certificate goes by which clients trust it, for NODE_EXTRA_CA_CERTS (default: a new file)",
  },
  state: { value: "FILE", text: "keep objects, tokens, clock and switches in this file, also over a kill" },
  json: { text: "print one line of JSON when ready" },
  version: { text: "print the version" },
  help: { text: "print this; -h does it too" },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof FLAGS;
/** Each flag's values in the order given; a flag without a value has the text `true`. */
export type Given = Partial<Record<FlagName, readonly string[]>>;

export const PREFIX = "ENS_SIMULATOR_";
const SWITCH_PREFIX = `${PREFIX}SWITCH_`;
const SECRET = `${PREFIX}CLIENT_SECRET`;

const shouted = (name: string) => name.replace(/[A-Z]/g, "_$&").replaceAll("-", "_").toUpperCase();
const flags = Object.entries(FLAGS) as [FlagName, Flag][];

/** The flags of a command line, over those of the environment. Throws a `UsageError` on what is no flag. */
export function given(args: readonly string[], env: NodeJS.ProcessEnv): Given {
  if (args.some((arg) => /^--client-secret(=|$)/.test(arg))) {
    throw new UsageError(`A secret on a command line can be read by others: use --client-secret-file or ${SECRET}.`);
  }
  const named = flags.flatMap(([name, { value, multiple }]): [FlagName, string[]][] => {
    const text = env[PREFIX + shouted(name)];
    if (value === undefined || text === undefined) return [];
    return [[name, multiple ? text.split(/\s+/).filter((part) => part !== "") : [text]]];
  });
  const all: Given = { ...Object.fromEntries(named), ...typed(args) };
  return { ...all, switch: [...switchesIn(env), ...(all.switch ?? [])] };
}

/** What was typed, each with its values; words of our own say what is wrong, in place of those of `parseArgs`. */
function typed(args: readonly string[]): Given {
  const options = Object.fromEntries(
    flags.map(([name, { value }]) => [name, { type: value === undefined ? "boolean" : "string" } as const]),
  );
  const short = { type: "boolean", short: "h" } as const;
  const { tokens } = parseArgs({ args: [...args], options: { ...options, help: short }, strict: false, tokens: true });
  const found: { [Name in FlagName]?: string[] } = {};
  for (const token of tokens) {
    if (token.kind === "positional") throw new UsageError(`Only options can be given, not "${token.value}". ${SEE}`);
    if (token.kind === "option-terminator") continue;
    const name = checkedName(token);
    found[name] = [...(found[name] ?? []), token.value ?? "true"];
  }
  return found;
}

const SEE = "Run it with --help to see all options.";

interface Typed {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function checkedName({ name, rawName, value, inlineValue = false }: Typed): FlagName {
  const flag = flags.find(([each]) => each === name);
  if (flag === undefined) throw new UsageError(`There is no option ${rawName}. ${SEE}`);
  const [found, { value: wanted }] = flag;
  if (wanted === undefined && value !== undefined) throw new UsageError(`${rawName} takes no value. ${SEE}`);
  const missing = value === undefined || value === "" || (value.startsWith("-") && !inlineValue);
  if (wanted !== undefined && missing) throw new UsageError(`${rawName} needs a value: ${rawName} ${wanted}.`);
  return found;
}

/** The secret, where the environment has it. */
export const secretIn = (env: NodeJS.ProcessEnv): string | undefined => env[SECRET];

function switchesIn(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([variable, value = ""]) => {
    if (!variable.startsWith(SWITCH_PREFIX)) return [];
    const name = Object.keys(QUESTIONS).find((each) => SWITCH_PREFIX + shouted(each) === variable);
    if (name !== undefined) return [`${name}=${value}`];
    const there = Object.keys(QUESTIONS).map((each) => SWITCH_PREFIX + shouted(each));
    throw new UsageError(`${variable} is no switch; there are ${there.join(", ")}.`);
  });
}

/** What `--help` prints: every flag, every switch, every kind of fault. */
export function help(): string {
  const left = flags.map(([name, { value }]) => `--${name}${value === undefined ? "" : ` ${value}`}`);
  const width = Math.max(...left.map((text) => text.length)) + 2;
  const lines = flags.map(([, { text }], at) => `  ${left[at]?.padEnd(width)}${text}`);
  const switches = Object.entries(QUESTIONS).flatMap(([name, { meaning }]) => [
    `  ${name.padEnd(26)}${alternatives(name as keyof typeof QUESTIONS)}`,
    `  ${" ".repeat(26)}${meaning}`,
  ]);
  const kinds = Object.entries(FAULT_KINDS).map(([kind, { meaning }]) => `  ${kind.padEnd(16)}${meaning}`);
  return `A simulator of the Event Notification Service (ENS) of Salesforce Marketing Cloud.

Usage: pulumi-ens-simulator [option]...

${lines.join("\n")}

When it is ready, http://127.0.0.1:4010 names all addresses, /_simulator/ui is its page, and GET /health answers 200.

Each flag with a value can be a variable too: --fault-rate is ${PREFIX}FAULT_RATE; several values have spaces between
them. The secret may be in ${SECRET}. A flag goes over a variable.

Switches, the default first; readLag is also ${SWITCH_PREFIX}READ_LAG:
${switches.join("\n")}

Kinds of faults, for --fault-kind and for PUT /_simulator/faults:
${kinds.join("\n")}
`;
}
