import { readFileSync } from "node:fs";
import type { Access } from "../ens/access";
import { reason } from "../ens/errors";
import { type SchemeShape, schemeShape } from "../ens/scheme-shape";
import { otherTenant } from "../ens/tenant";
import { type Setting, settings as table } from "../properties/settings";
import type { Duration } from "../properties/types";
import { durationOf, milliseconds } from "../validation/duration";
import { isLoopback } from "../validation/url";
import { type ExpectedAccount, wrongAccount } from "./expected-account";

/** What a run is told: where ENS is and who we are there, and the spans of time in milliseconds. */
export interface Settings extends Access, Partial<Durations> {
  /** The run asks which business unit it is in before it does anything else there. */
  readonly expected?: ExpectedAccount;
  /** The form in which ENS takes auth schemes; the assumed one when left out. */
  readonly authSchemeShape?: SchemeShape;
}

/** The settings that are spans of time, in milliseconds. */
export type Durations = {
  readonly [Name in Setting as (typeof table)[Name]["type"] extends Duration ? Name : never]: number;
};

/** Finds a setting, and says in `missing` how a person gives it. */
export interface SettingsSource {
  get(key: Setting): string | undefined;
  missing(key: Setting): string;
}

/** `ENS_CLIENT_ID` and its like, or the same with `_FILE` naming a file that holds the value. */
export function environmentSource(env: NodeJS.ProcessEnv): SettingsSource {
  return {
    get(key) {
      const name = variableName(key);
      const path = env[`${name}_FILE`];
      return env[name] || (path ? readSettingFile(`${name}_FILE`, path) : undefined);
    },
    missing: (key) => `export ${variableName(key)} (or ${variableName(key)}_FILE)`,
  };
}

/** The first source that has a setting gives it. */
export function firstOf(...sources: SettingsSource[]): SettingsSource {
  return {
    get: (key) => sources.map((source) => source.get(key)).find((value) => value !== undefined && value !== ""),
    missing: (key) => sources.map((source) => source.missing(key)).join(" or "),
  };
}

/** Rejects by throwing when a setting is missing or an address is unfit; the error names it and the ways to give it. */
export function readSettings(source: SettingsSource): Settings {
  const subdomain = source.get("subdomain");
  if (subdomain !== undefined && !/^[a-z0-9-]+$/i.test(subdomain)) {
    throw new Error(`ens:subdomain must be the tenant's subdomain alone, like mc563885gzs27c5t9-63k636ttgm`);
  }
  const origin = (key: "restUrl" | "authUrl", host: string) =>
    parseOrigin(
      key,
      source.get(key) ?? (subdomain ? `https://${subdomain}.${host}.marketingcloudapis.com` : undefined),
    );
  const need = (key: Setting): string => {
    const value = source.get(key);
    if (value === undefined || value === "") throw new Error(`ens:${key} is not set: ${source.missing(key)}`);
    return value;
  };
  if (subdomain === undefined && (source.get("restUrl") === undefined || source.get("authUrl") === undefined)) {
    need("subdomain");
  }
  const [accountId, shape] = [source.get("accountId"), source.get("authSchemeShape")];
  const expected = readExpectedAccount(source, accountId);
  const [restUrl, authUrl] = [origin("restUrl", "rest"), origin("authUrl", "auth")];
  const other = otherTenant(restUrl, authUrl);
  if (other !== undefined) throw new Error(`ens:authUrl is of tenant ${other}, and ens:restUrl of another one`);
  return {
    restUrl,
    authUrl,
    clientId: need("clientId"),
    clientSecret: need("clientSecret"),
    ...(accountId ? { accountId } : {}),
    ...(expected ? { expected } : {}),
    ...readDurations(source),
    ...(shape ? { authSchemeShape: schemeShape(shape) } : {}),
  };
}

function readDurations(source: SettingsSource): Partial<Durations> {
  const given = durationNames().flatMap((name) => {
    const { type } = table[name];
    const value = source.get(name);
    if (value === undefined || value === "") return [];
    const span = milliseconds(value);
    if (span === undefined || span < durationOf(type.least) || span > durationOf(type.most)) {
      const way = `give a time up to "${type.most}", or "${type.least}" for no wait`;
      throw new Error(`ens:${name} is ${JSON.stringify(value)}; ${way}`);
    }
    return [[name, span] as const];
  });
  return Object.fromEntries(given);
}

/** The spans that are given, and the defaults of those that are left out. */
export function withDefaultDurations(given: Partial<Durations>): Durations {
  const all = durationNames().map((name) => [name, given[name] ?? durationOf(table[name].absent)] as const);
  return Object.fromEntries(all) as Durations;
}

function durationNames(): (keyof Durations)[] {
  return (Object.keys(table) as Setting[]).filter(
    (name): name is keyof Durations => table[name].type.is === "duration",
  );
}

/** Two settings that contradict each other are refused here, without any call. */
function readExpectedAccount(source: SettingsSource, accountId: string | undefined): ExpectedAccount | undefined {
  const wanted = source.get("expectAccountId");
  if (!wanted) return undefined;
  if (!/^\d+$/.test(wanted)) throw new Error("ens:expectAccountId must be a business unit's MID, like 7000002");
  const wayOut = `give ens:accountId ${wanted} and the ens:clientId of a package that may act there`;
  const expected = { accountId: wanted, wayOut: `${wayOut} (${source.missing("accountId")})` };
  if (accountId && accountId !== wanted) throw new Error(wrongAccount(accountId, expected));
  return { ...expected, asked: accountId === wanted };
}

function parseOrigin(key: string, value: string | undefined): string {
  const url = URL.parse(value ?? "");
  if (url === null) throw new Error(`ens:${key} must be a URL like https://host`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw new Error(`ens:${key} must start with https:// (plain http is for loopback addresses only)`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new Error(`ens:${key} must have no credentials, query or fragment`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/(v2\/token\/?)?$/, "");
}

function variableName(key: Setting): string {
  return `ENS_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function readSettingFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new Error(`cannot read the file that ${name} names: ${reason(cause)}`, { cause });
  }
}
