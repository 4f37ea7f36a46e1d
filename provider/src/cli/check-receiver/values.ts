import { X509Certificate } from "node:crypto";
import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { getCACertificates } from "node:tls";
import { type DocumentedType, EVENT_TYPES } from "pulumi-ens-receiver/internal";
import { reason } from "../../ens/errors";
import { likelyTypes } from "../../kinds/subscription/likely";
import { nearest } from "../../validation/nearest";
import { urlProblem } from "../../validation/url";
import { UsageError } from "../shared/usage-error";
import { CHECKS } from "./checks/index";
import { readKey, readText } from "./secrets";
import type { Task } from "./session";

// Parsers for the values of options. They throw a `UsageError` for a wrong value.

/** Reads the signature key from the file that --key-file or ENS_CHECK_KEY_FILE names. */
export function readSignatureKey(
  file: string | undefined,
  name: string | undefined,
  env: NodeJS.ProcessEnv,
): string | undefined {
  const [option, path] = file === undefined ? ["ENS_CHECK_KEY_FILE", env.ENS_CHECK_KEY_FILE] : ["--key-file", file];
  if (path === undefined || path === "") return undefined;
  return asUsageError(() => readKey(option, path, name));
}

/** Reads a token from a file. */
export function readToken(option: string, path: string): string {
  const text = asUsageError(() => readText(option, path));
  if (/^[!-~]+$/.test(text)) return text;
  throw new UsageError(`the file that ${option} names must contain only the token, in visible ASCII characters`);
}

export function parseKeyForm(form = "decoded"): Task["keyForm"] {
  if (form === "decoded" || form === "text") return form;
  throw new UsageError("--key-form must be decoded or text");
}

/** Returns the certificates of all authorities that Node trusts and of those in a file. */
export function readAuthorities(path: string): string[] {
  const text = asUsageError(() => readText("--ca-file", path));
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (found.length === 0) throw new UsageError("the file that --ca-file names has no certificate in PEM format");
  if (!found.every(isCertificate)) throw new UsageError("the file that --ca-file names has an invalid certificate");
  return [...getCACertificates("default"), ...found];
}

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new UsageError("--listen must be a port from 1 to 65535");
  return port;
}

export function parseWait(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text) * 1000;
  throw new UsageError("--wait must be a number of seconds, at most 9999");
}

export function parsePullSource(url: string | undefined, tokenFile: string | undefined): Task["pull"] {
  if (url === undefined) {
    if (tokenFile !== undefined) throw new UsageError("--pull-token-file needs --pull-url");
    return undefined;
  }
  const problem = urlProblem(url, { port: true, query: true, loopback: true });
  if (problem !== undefined) throw new UsageError(`--pull-url ${problem}`);
  return { url, token: tokenFile === undefined ? undefined : readToken("--pull-token-file", tokenFile) };
}

/** Returns a documented event type. */
export function parseEventType(type: string): DocumentedType {
  if (Object.hasOwn(EVENT_TYPES, type)) return type as DocumentedType;
  const [meant] = likelyTypes(type);
  const hint = meant === undefined ? "Run `ens events` to see the event types" : `Did you mean ${meant}?`;
  throw new UsageError(`${JSON.stringify(type)} is not a documented event type. ${hint}`);
}

export function parseCheckIds(option: string, given: readonly string[]): string[] {
  const ids = given.flatMap((list) => list.split(",")).map((id) => id.trim());
  const known = CHECKS.map(({ id }) => id);
  const unknown = ids.filter((id) => !known.includes(id));
  if (unknown.length === 0) return ids;
  const quoted = unknown.map((id) => JSON.stringify(id)).join(", ");
  const [meant] = nearest(unknown[0] ?? "", known);
  const hint = meant === undefined ? `The checks are ${known.join(", ")}` : `Did you mean ${meant}?`;
  throw new UsageError(`${option} has an unknown check, ${quoted}. ${hint}`);
}

/** Rejects a path that cannot be written before checks run for minutes. */
export function requireWritable(path: string): void {
  const kindOf = (name: string) => statSync(name, { throwIfNoEntry: false });
  if (kindOf(path)?.isDirectory()) throw new UsageError("--junit names a folder. Give a file");
  if (!kindOf(dirname(resolve(path)))?.isDirectory())
    throw new UsageError("--junit names a file in a folder that does not exist");
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

function asUsageError<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new UsageError(reason(cause), { cause });
  }
}
