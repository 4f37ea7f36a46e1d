import { readFileSync } from "node:fs";
import type { Package } from "../api/packages";
import { checkedLag, type Lag } from "../events/effect";
import type { FaultKind } from "../http/fault-kinds";
import type { SimulatorOptions } from "../world";
import { type FlagName, type Given, secretIn } from "./flags";

/** The options that flags stand for. Throws on a value that is none, naming the flag. */
export function settings(flags: Given, env: NodeJS.ProcessEnv): SimulatorOptions {
  const last = (name: FlagName) => flags[name]?.at(-1);
  const some = <Name extends string, Value>(name: Name, value: Value | undefined) =>
    (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
  return {
    port: whole(last("port") ?? "4010", "port"),
    ...some("clientId", last("client-id")),
    ...some("clientSecret", secret(last("client-secret-file"), env)),
    ...some("accountId", optional(last("account-id"), "account-id", whole)),
    ...some("packages", optional(last("packages-file"), "packages-file", packagesIn)),
    connectTo: pairs(flags["connect-to"] ?? [], "connect-to"),
    switches: pairs(flags.switch ?? [], "switch"),
    ...some("clock", optional(last("clock"), "clock", mode)),
    ...some("lag", flags.lag && lags(flags.lag)),
    ...some(
      "customerCa",
      optional(last("customer-ca-file"), "customer-ca-file", (file) => readFileSync(file, "utf8")),
    ),
    ...some("state", last("state")),
    tls: flags.tls === undefined ? false : { hosts: flags["tls-host"] ?? [] },
    faults: {
      rate: optional(last("fault-rate"), "fault-rate", share) ?? 0,
      ...some("kinds", flags["fault-kind"] as FaultKind[] | undefined),
      ...some("seed", optional(last("fault-seed"), "fault-seed", whole)),
    },
  };
}

function optional<Value>(text: string | undefined, flag: FlagName, read: (text: string, flag: FlagName) => Value) {
  return text === undefined ? undefined : read(text, flag);
}

function secret(file: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  return file === undefined ? secretIn(env) : readFileSync(file, "utf8").trim();
}

function whole(text: string, flag: FlagName): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${flag} takes a whole number, not ${text}`);
  return Number(text);
}

function packagesIn(file: string, flag: FlagName): Package[] {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Error(`--${flag}: ${file} is no JSON: ${String(cause)}`, { cause });
  }
}

function share(text: string, flag: FlagName): number {
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(text)) throw new Error(`--${flag} takes a number from 0 to 1, not ${text}`);
  return Number(text);
}

function mode(text: string, flag: FlagName): "real" | "frozen" {
  if (text !== "real" && text !== "frozen") throw new Error(`--${flag} is real or frozen, not ${text}`);
  return text;
}

function lags(texts: readonly string[]): Lag {
  const all = Object.entries(pairs(texts, "lag")).map(([name, seconds]) => [name, whole(seconds, "lag")]);
  return checkedLag(Object.fromEntries(all));
}

function pairs(texts: readonly string[], flag: FlagName): Record<string, string> {
  const bad = texts.find((text) => text.indexOf("=") < 1);
  if (bad !== undefined) throw new Error(`--${flag} takes NAME=VALUE, not ${bad}`);
  return Object.fromEntries(texts.map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]));
}
