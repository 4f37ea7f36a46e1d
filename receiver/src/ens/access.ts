import type { SettingsSource } from "./environment";
import { isLoopback } from "./loopback";
import { otherTenant } from "./tenant";

/** URLs of ENS and the credentials for it. */
export interface Access {
  /** Origin of the REST API, without a trailing slash. */
  readonly restUrl: string;
  /** Origin of the token endpoint, without a trailing slash. */
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The business unit (MID). Default: the business unit of the installed package. */
  readonly accountId?: string;
}

/** Names of the settings that `readAccess` reads. */
export type AccessSetting = "subdomain" | "restUrl" | "authUrl" | "clientId" | "clientSecret" | "accountId";

/** Problem of a setting. A missing setting may still be set later, but an invalid one must be corrected. */
export interface SettingProblem {
  readonly text: string;
  readonly isMissing: boolean;
}

/** Reads the settings. Throws when one is missing or invalid. The error lists all problems and how to solve them. */
export function readAccess(source: SettingsSource<AccessSetting>): Access {
  const problems = findAccessProblems(source);
  if (problems.length > 0) throw new Error(problems.map(({ text }) => text).join("; "));
  const [restUrl = "", authUrl = ""] = [findOrigin(source, "restUrl"), findOrigin(source, "authUrl")];
  const [clientId = "", clientSecret = "", accountId] = (["clientId", "clientSecret", "accountId"] as const).map(
    (name) => source.get(name),
  );
  return { restUrl, authUrl, clientId, clientSecret, ...(accountId ? { accountId } : {}) };
}

/** Finds all problems, and sends no requests. No problem contains a secret. */
export function findAccessProblems(source: SettingsSource<AccessSetting>): SettingProblem[] {
  const invalid = [
    problemOfSubdomain(source.get("subdomain")),
    problemOfOrigin("restUrl", source.get("restUrl")),
    problemOfOrigin("authUrl", source.get("authUrl")),
    problemOfAccount("accountId", source.get("accountId")),
    problemOfCredential("clientId", source.get("clientId")),
    problemOfCredential("clientSecret", source.get("clientSecret")),
  ].filter((text) => text !== undefined);
  const needsSubdomain = !source.get("subdomain") && (!source.get("restUrl") || !source.get("authUrl"));
  const needed: AccessSetting[] = [...(needsSubdomain ? ["subdomain" as const] : []), "clientId", "clientSecret"];
  const missing = needed
    .filter((name) => !source.get(name))
    .map((name) => ({
      text: `ens:${name} is not set: ${source.missing(name)}${alternativeTo(name)}`,
      isMissing: true,
    }));
  const others = invalid.length > 0 ? invalid : problemsOfTenant(source);
  return [...others.map((text) => ({ text, isMissing: false })), ...missing];
}

function alternativeTo(name: AccessSetting): string {
  return name === "subdomain" ? ", or set both ens:restUrl and ens:authUrl" : "";
}

/** Explains why a value is not a MID. Returns `undefined` for a MID, and when the setting is not set. */
export function problemOfAccount(name: string, value: string | undefined): string | undefined {
  if (!value || /^\d+$/.test(value)) return undefined;
  return `ens:${name} is not a number; give the business unit's MID, for example 7000002`;
}

function findOrigin(source: SettingsSource<AccessSetting>, name: "restUrl" | "authUrl"): string | undefined {
  const subdomain = source.get("subdomain");
  const host = name === "restUrl" ? "rest" : "auth";
  const given = source.get(name) || (subdomain ? `https://${subdomain}.${host}.marketingcloudapis.com` : undefined);
  const url = URL.parse(given ?? "");
  return url === null ? undefined : `${url.origin}${url.pathname}`.replace(/\/(v2\/token\/?)?$/, "");
}

/** Explains why a subdomain is invalid. The message does not repeat the value, because a misplaced value may be a secret. */
function problemOfSubdomain(value: string | undefined): string | undefined {
  if (!value || /^[a-z0-9-]+$/i.test(value)) return undefined;
  const [, first] = /^(?:https?:\/\/)?(mc[a-z0-9-]+)\./i.exec(value) ?? [];
  const meant = first === undefined ? "" : `; did you mean ${JSON.stringify(first)}?`;
  return (
    "ens:subdomain contains characters other than letters, digits and hyphens; give only the tenant's subdomain, for " +
    `example mc563885gzs27c5t9-63k636ttgm${meant}`
  );
}

function problemOfOrigin(name: string, value: string | undefined): string | undefined {
  if (!value) return undefined;
  const url = URL.parse(value);
  if (url === null) return `ens:${name} must be a URL such as https://host`;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    return `ens:${name} must start with https:// (http is accepted only for loopback hosts)`;
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return `ens:${name} must have no credentials, query or fragment`;
  }
  return undefined;
}

function problemOfCredential(name: string, value: string | undefined): string | undefined {
  if (!value) return undefined;
  if (value.includes("[secret]"))
    return `ens:${name} is "[secret]", which Pulumi prints in place of a secret; give the value`;
  return /\s/.test(value) ? `ens:${name} contains white space; copy it from the installed package` : undefined;
}

function problemsOfTenant(source: SettingsSource<AccessSetting>): string[] {
  const other = otherTenant(findOrigin(source, "restUrl") ?? "", findOrigin(source, "authUrl") ?? "");
  return other === undefined
    ? []
    : [`ens:authUrl belongs to tenant ${other}, but ens:restUrl belongs to another tenant`];
}
