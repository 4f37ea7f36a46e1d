import { parseArgs } from "node:util";
import { FAULT_KINDS } from "../http/fault-kinds";
import { QUESTIONS } from "../questions";
import { alternatives } from "../switches";
import { UsageError } from "./usage-error";

interface Flag {
  /** Placeholder of the value in the help. A flag without a placeholder is a boolean. */
  readonly value?: string;
  readonly text: string;
  readonly multiple?: true;
}

/** All flags. Flags that take a value can also be environment variables. */
export const FLAGS = {
  port: { value: "N", text: "port on 127.0.0.1, or 0 for a free port (default 4010)" },
  "client-id": { value: "TEXT", text: "client id of the installed package (default sim-client)" },
  "client-secret-file": { value: "FILE", text: "file that holds the client secret (default secret: sim-secret)" },
  "account-id": { value: "N", text: "business unit (MID) of tokens that request no other (default 7000002)" },
  "packages-file": {
    value: "FILE",
    text: "JSON list of additional installed packages: clientId, clientSecret, tenant, owner, businessUnits, scopes, hosts",
  },
  "connect-to": {
    value: "HOST=ADDRESS",
    text: "send requests for HOST to ADDRESS, for example hooks.example.org=127.0.0.1:9000 (repeatable)",
    multiple: true,
  },
  switch: {
    value: "NAME=VALUE",
    text: "set a switch, which answers an open question about ENS (repeatable)",
    multiple: true,
  },
  clock: { value: "MODE", text: "real, or frozen: time moves only through POST /_simulator/clock (default real)" },
  lag: {
    value: "OBJECTS=SECONDS",
    text: "delay before deliveries reflect a change of callbacks, subscriptions or authentications (default 0, repeatable)",
    multiple: true,
  },
  "customer-ca-file": {
    value: "FILE",
    text: "PEM file of an additional authority to trust when calling receivers and authorization servers",
  },
  "fault-rate": { value: "SHARE", text: "share of requests that meet a random fault, 0 to 1 (default 0)" },
  "fault-kind": {
    value: "KIND",
    text: "kind of the random faults (default all but duplicate, repeatable)",
    multiple: true,
  },
  "fault-seed": { value: "N", text: "repeat the run that printed this seed (default: a new seed)" },
  tls: { text: "serve HTTPS with a certificate that is created at the start" },
  "tls-host": {
    value: "HOST",
    text: "additional host of the certificate, besides 127.0.0.1 and localhost (repeatable)",
    multiple: true,
  },
  "ca-file": {
    value: "FILE",
    text: "where to write the certificate that clients must trust, for NODE_EXTRA_CA_CERTS (default: a new file)",
  },
  state: {
    value: "FILE",
    text: "keep objects, tokens, clock and switches in this file, even if the process is killed",
  },
  json: { text: "print one line of JSON when ready" },
  version: { text: "print the version" },
  help: { text: "print this help (also -h)" },
} as const satisfies Record<string, Flag>;

export type FlagName = keyof typeof FLAGS;
/** The values of each flag in the order given. A boolean flag has the value `true`. */
export type Given = Partial<Record<FlagName, readonly string[]>>;

export const PREFIX = "ENS_SIMULATOR_";
const SWITCH_PREFIX = `${PREFIX}SWITCH_`;
const SECRET = `${PREFIX}CLIENT_SECRET`;

const toVariable = (name: string) => name.replace(/[A-Z]/g, "_$&").replaceAll("-", "_").toUpperCase();
const flags = Object.entries(FLAGS) as [FlagName, Flag][];

/** Reads the flags of a command line, which override those of the environment. Throws a `UsageError` for unknown flags. */
export function parseFlags(args: readonly string[], env: NodeJS.ProcessEnv): Given {
  if (args.some((arg) => /^--client-secret(=|$)/.test(arg))) {
    throw new UsageError(`Other users can read a secret on the command line. Use --client-secret-file or ${SECRET}.`);
  }
  const named = flags.flatMap(([name, { value, multiple }]): [FlagName, string[]][] => {
    const text = env[PREFIX + toVariable(name)];
    if (value === undefined || text === undefined) return [];
    return [[name, multiple ? text.split(/\s+/).filter((part) => part !== "") : [text]]];
  });
  const all: Given = { ...Object.fromEntries(named), ...parseTyped(args) };
  return { ...all, switch: [...switchesIn(env), ...(all.switch ?? [])] };
}

/** Reads the command line alone. Own messages replace those of `parseArgs`. */
function parseTyped(args: readonly string[]): Given {
  const options = Object.fromEntries(
    flags.map(([name, { value }]) => [name, { type: value === undefined ? "boolean" : "string" } as const]),
  );
  const short = { type: "boolean", short: "h" } as const;
  const { tokens } = parseArgs({ args: [...args], options: { ...options, help: short }, strict: false, tokens: true });
  const found: { [Name in FlagName]?: string[] } = {};
  for (const token of tokens) {
    if (token.kind === "positional")
      throw new UsageError(`Unexpected argument "${token.value}": only options are accepted. ${SEE}`);
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
  if (wanted === undefined && value !== undefined) throw new UsageError(`${rawName} does not accept a value. ${SEE}`);
  const missing = value === undefined || value === "" || (value.startsWith("-") && !inlineValue);
  if (wanted !== undefined && missing) throw new UsageError(`${rawName} needs a value: ${rawName} ${wanted}.`);
  return found;
}

/** The client secret in the environment, if it is set. */
export const secretIn = (env: NodeJS.ProcessEnv): string | undefined => env[SECRET];

function switchesIn(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([variable, value = ""]) => {
    if (!variable.startsWith(SWITCH_PREFIX)) return [];
    const name = Object.keys(QUESTIONS).find((each) => SWITCH_PREFIX + toVariable(each) === variable);
    if (name !== undefined) return [`${name}=${value}`];
    const there = Object.keys(QUESTIONS).map((each) => SWITCH_PREFIX + toVariable(each));
    throw new UsageError(`There is no variable ${variable}. The switch variables are ${there.join(", ")}.`);
  });
}

/** The text of `--help`: all flags, switches and kinds of faults. */
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

When the simulator is ready, http://127.0.0.1:4010 lists all URLs, http://127.0.0.1:4010/_simulator opens the web page,
and GET /health returns 200.

Each flag that takes a value can also be an environment variable: --fault-rate is ${PREFIX}FAULT_RATE. Separate
several values with spaces. The client secret can be in ${SECRET}. A flag overrides a variable.

Switches, with the default first. A switch can also be a variable: readLag is ${SWITCH_PREFIX}READ_LAG.
${switches.join("\n")}

Kinds of faults, for --fault-kind and PUT /_simulator/faults:
${kinds.join("\n")}
`;
}
