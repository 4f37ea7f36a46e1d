import { readFileSync } from "node:fs";
import type { Package } from "../api/packages";
import { checkedLag, type Lag } from "../events/effect";
import { FAULT_KINDS, type FaultKind } from "../http/fault-kinds";
import { type Answers, defaults, setSwitches } from "../switches";
import type { SimulatorOptions } from "../world";
import { FLAGS, type FlagName, type Given, secretIn } from "./flags";
import { asUsage, UsageError } from "./usage-error";

/** Converts flags into options. Throws a `UsageError` that names the flag when a value is invalid. */
export function settings(flags: Given, env: NodeJS.ProcessEnv): SimulatorOptions {
  const last = (name: FlagName) => flags[name]?.at(-1);
  const some = <Name extends string, Value>(name: Name, value: Value | undefined) =>
    (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
  return {
    port: port(last("port") ?? "4010"),
    ...some("clientId", last("client-id")),
    ...some("clientSecret", secret(last("client-secret-file"), env)),
    ...some("accountId", optional(last("account-id"), "account-id", whole)),
    ...some("packages", optional(last("packages-file"), "packages-file", packagesIn)),
    connectTo: connections(flags["connect-to"] ?? []),
    switches: switches(flags.switch ?? []),
    ...some("clock", optional(last("clock"), "clock", mode)),
    ...some("lag", flags.lag && lags(flags.lag)),
    ...some("customerCa", optional(last("customer-ca-file"), "customer-ca-file", textIn)),
    ...some("state", last("state")),
    tls: flags.tls === undefined ? false : { hosts: flags["tls-host"] ?? [] },
    faults: {
      rate: optional(last("fault-rate"), "fault-rate", share) ?? 0,
      ...some("kinds", flags["fault-kind"]?.map(faultKind)),
      ...some("seed", optional(last("fault-seed"), "fault-seed", whole)),
    },
  };
}

function optional<Value>(text: string | undefined, flag: FlagName, read: (text: string, flag: FlagName) => Value) {
  return text === undefined ? undefined : read(text, flag);
}

function secret(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  return file === undefined ? secretIn(env) : textIn(file, "client-secret-file").trim();
}

function textIn(file: string, flag: FlagName): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new Error(`--${flag}: ${file} cannot be read (${(cause as NodeJS.ErrnoException).code}).`, { cause });
  }
}

function port(text: string): number {
  const number = whole(text, "port");
  if (number > 65_535) throw new UsageError(`--port must be a number up to 65535, not ${text}.`);
  return number;
}

function switches(texts: readonly string[]): Answers {
  const answers = pairs(texts, "switch");
  asUsage("switch", () => setSwitches(defaults(), answers));
  return answers;
}

function faultKind(text: string): FaultKind {
  if (Object.hasOwn(FAULT_KINDS, text)) return text as FaultKind;
  throw new UsageError(`--fault-kind cannot be ${text}. The kinds are ${Object.keys(FAULT_KINDS).join(", ")}.`);
}

function whole(text: string, flag: FlagName): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`--${flag} must be a whole number, not ${text}.`);
  return Number(text);
}

function packagesIn(file: string, flag: FlagName): Package[] {
  const text = textIn(file, flag);
  try {
    return JSON.parse(text);
  } catch {
    // The reason of `JSON.parse` quotes the file, which contains secrets.
    throw new Error(`--${flag}: ${file} is not valid JSON.`);
  }
}

function share(text: string, flag: FlagName): number {
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(text))
    throw new UsageError(`--${flag} must be a number from 0 to 1, not ${text}.`);
  return Number(text);
}

function mode(text: string, flag: FlagName): "real" | "frozen" {
  if (text !== "real" && text !== "frozen") throw new UsageError(`--${flag} must be real or frozen, not ${text}.`);
  return text;
}

function lags(texts: readonly string[]): Lag {
  const all = Object.entries(pairs(texts, "lag")).map(([name, seconds]) => [name, whole(seconds, "lag")]);
  return asUsage("lag", () => checkedLag(Object.fromEntries(all)));
}

/** Reads the mappings of hosts. Without these checks, a mapping that matches no request would be ignored. */
function connections(texts: readonly string[]): Record<string, string> {
  const all = entries(texts, "connect-to").map(([host, address]) => [hostName(host), checkedAddress(address)]);
  return Object.fromEntries(all);
}

/** Returns a host in the form in which requests name it. */
function hostName(text: string): string {
  const name = /[:/?#@\\[\]]/.test(text) ? undefined : URL.parse(`https://${text}`)?.hostname;
  if (name !== undefined && /^[a-z\d_-]+(\.[a-z\d_-]+)*$/.test(name)) return name;
  const example = "for example hooks.example.org";
  throw new UsageError(
    `--connect-to: HOST must be a host name without scheme, port or path, ${example}, not ${JSON.stringify(text)}.`,
  );
}

/** Checks an address. A scheme selects HTTPS for a receiver that has a certificate. */
function checkedAddress(text: string): string {
  const { port } = /^(https?:\/\/)?(\[[\da-f:.]+\]|[\w.-]+):(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
  const isPort = port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
  if (isPort && URL.canParse(text.includes("://") ? text : `http://${text}`)) return text;
  const form = "host:port with a port from 1 to 65535, for example 127.0.0.1:9000";
  throw new UsageError(`--connect-to: ADDRESS must be ${form}, not ${JSON.stringify(text)}.`);
}

const pairs = (texts: readonly string[], flag: "switch" | "lag") => Object.fromEntries(entries(texts, flag));

const EXAMPLES = { "connect-to": ", for example hooks.example.org=127.0.0.1:9000", switch: "", lag: "" } as const;

function entries(texts: readonly string[], flag: keyof typeof EXAMPLES): [string, string][] {
  const bad = texts.find((text) => text.indexOf("=") < 1);
  if (bad !== undefined) {
    throw new UsageError(`--${flag} must have the form ${FLAGS[flag].value}${EXAMPLES[flag]}, not ${bad}.`);
  }
  return texts.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]);
}
