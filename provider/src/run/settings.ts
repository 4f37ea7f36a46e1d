import { readFileSync } from "node:fs";
import type { Access } from "../ens/access";
import { reason } from "../ens/errors";
import { type SchemeShape, schemeShape } from "../ens/scheme-shape";
import { otherTenant } from "../ens/tenant";
import { milliseconds } from "../validation/duration";
import { isLoopback } from "../validation/url";
import { type ExpectedAccount, wrongAccount } from "./expected-account";

const LONGEST_WAIT_MS = 600_000;

/** What a run is told of ENS. */
export interface Settings extends Access {
  /** The run asks which business unit it is in before it does anything else there. */
  readonly expected?: ExpectedAccount;
  /** How long a replaced subscription stays beside the new one, in milliseconds; two minutes when left out. */
  readonly activationWait?: number;
  /** The form in which ENS takes auth schemes; the assumed one when left out. */
  readonly authSchemeShape?: SchemeShape;
}

type Key =
  | "subdomain"
  | "clientId"
  | "clientSecret"
  | "accountId"
  | "expectAccountId"
  | "authUrl"
  | "restUrl"
  | "activationWait"
  | "authSchemeShape";

/** Finds a setting, and says in `missing` how a person gives it. */
export interface SettingsSource {
  get(key: Key): string | undefined;
  missing(key: Key): string;
}

/** `ENS_CLIENT_ID` and its like, or the same with `_FILE` naming a file that holds the value. */
export function environment(env: NodeJS.ProcessEnv): SettingsSource {
  return {
    get(key) {
      const name = variable(key);
      const path = env[`${name}_FILE`];
      return env[name] || (path ? fromFile(`${name}_FILE`, path) : undefined);
    },
    missing: (key) => `export ${variable(key)} (or ${variable(key)}_FILE)`,
  };
}

/** The first source that has a setting gives it. */
export function either(...sources: SettingsSource[]): SettingsSource {
  return {
    get: (key) => sources.map((source) => source.get(key)).find((value) => value !== undefined && value !== ""),
    missing: (key) => sources.map((source) => source.missing(key)).join(" or "),
  };
}

/** Rejects by throwing when a setting is missing or an address is unfit; the error names it and the ways to give it. */
export function settings(source: SettingsSource): Settings {
  const subdomain = source.get("subdomain");
  if (subdomain !== undefined && !/^[a-z0-9-]+$/i.test(subdomain)) {
    throw new Error(`ens:subdomain must be the tenant's subdomain alone, like mc563885gzs27c5t9-63k636ttgm`);
  }
  const origin = (key: "restUrl" | "authUrl", host: string) =>
    baseUrl(key, source.get(key) ?? (subdomain ? `https://${subdomain}.${host}.marketingcloudapis.com` : undefined));
  const need = (key: Key): string => {
    const value = source.get(key);
    if (value === undefined || value === "") throw new Error(`ens:${key} is not set: ${source.missing(key)}`);
    return value;
  };
  if (subdomain === undefined && (source.get("restUrl") === undefined || source.get("authUrl") === undefined)) {
    need("subdomain");
  }
  const [accountId, shape] = [source.get("accountId"), source.get("authSchemeShape")];
  const expected = expectedAccount(source, accountId);
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
    ...activationWait(source.get("activationWait")),
    ...(shape ? { authSchemeShape: schemeShape(shape) } : {}),
  };
}

function activationWait(given: string | undefined): Pick<Settings, "activationWait"> {
  if (given === undefined || given === "") return {};
  const wait = milliseconds(given);
  if (wait === undefined || wait > LONGEST_WAIT_MS) {
    throw new Error(`ens:activationWait is ${JSON.stringify(given)}; give a time up to "10m", or "0s" for no wait`);
  }
  return { activationWait: wait };
}

/** Two settings that contradict each other are refused here, without any call. */
function expectedAccount(source: SettingsSource, accountId: string | undefined): ExpectedAccount | undefined {
  const wanted = source.get("expectAccountId");
  if (!wanted) return undefined;
  if (!/^\d+$/.test(wanted)) throw new Error("ens:expectAccountId must be a business unit's MID, like 7000002");
  const wayOut = `give ens:accountId ${wanted} and the ens:clientId of a package that may act there`;
  const expected = { accountId: wanted, wayOut: `${wayOut} (${source.missing("accountId")})` };
  if (accountId && accountId !== wanted) throw new Error(wrongAccount(accountId, expected));
  return { ...expected, asked: accountId === wanted };
}

function baseUrl(key: string, value: string | undefined): string {
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

function variable(key: Key): string {
  return `ENS_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function fromFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new Error(`cannot read the file that ${name} names: ${reason(cause)}`, { cause });
  }
}
