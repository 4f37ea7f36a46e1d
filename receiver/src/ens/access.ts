import type { SettingsSource } from "./environment";
import { isLoopback } from "./loopback";
import { otherTenant } from "./tenant";

/** Where ENS is and who we are there. */
export interface Access {
  /** Origin of the REST API, without a trailing slash. */
  readonly restUrl: string;
  /** Origin of the token endpoint, without a trailing slash. */
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The business unit (MID) to act in; the package's own one when left out. */
  readonly accountId?: string;
}

/** The settings that an access is read from. */
export type AccessSetting = "subdomain" | "restUrl" | "authUrl" | "clientId" | "clientSecret" | "accountId";

/** Why an access cannot be read. A setting that is missing may still be given later; another one must be corrected. */
export interface SettingProblem {
  readonly text: string;
  readonly isMissing: boolean;
}

/** Throws when a setting is missing or unfit. The error has a clause for each problem and names the ways out. */
export function readAccess(source: SettingsSource<AccessSetting>): Access {
  const problems = findAccessProblems(source);
  if (problems.length > 0) throw new Error(problems.map(({ text }) => text).join("; "));
  const [restUrl = "", authUrl = ""] = [findOrigin(source, "restUrl"), findOrigin(source, "authUrl")];
  const [clientId = "", clientSecret = "", accountId] = (["clientId", "clientSecret", "accountId"] as const).map(
    (name) => source.get(name),
  );
  return { restUrl, authUrl, clientId, clientSecret, ...(accountId ? { accountId } : {}) };
}

/** All problems at once, without any call. No problem repeats a secret. */
export function findAccessProblems(source: SettingsSource<AccessSetting>): SettingProblem[] {
  const unfit = [
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
  const others = unfit.length > 0 ? unfit : problemsOfTenant(source);
  return [...others.map((text) => ({ text, isMissing: false })), ...missing];
}

function alternativeTo(name: AccessSetting): string {
  return name === "subdomain" ? "; or give both ens:restUrl and ens:authUrl" : "";
}

/** Why this is no MID; `undefined` when it is one, or not given. */
export function problemOfAccount(name: string, value: string | undefined): string | undefined {
  if (!value || /^\d+$/.test(value)) return undefined;
  return `ens:${name} is not a number; give the business unit's MID, like 7000002`;
}

function findOrigin(source: SettingsSource<AccessSetting>, name: "restUrl" | "authUrl"): string | undefined {
  const subdomain = source.get("subdomain");
  const host = name === "restUrl" ? "rest" : "auth";
  const given = source.get(name) || (subdomain ? `https://${subdomain}.${host}.marketingcloudapis.com` : undefined);
  const url = URL.parse(given ?? "");
  return url === null ? undefined : `${url.origin}${url.pathname}`.replace(/\/(v2\/token\/?)?$/, "");
}

/** The value is not repeated: what stands in the wrong variable may be a secret. */
function problemOfSubdomain(value: string | undefined): string | undefined {
  if (!value || /^[a-z0-9-]+$/i.test(value)) return undefined;
  const [, first] = /^(?:https?:\/\/)?(mc[a-z0-9-]+)\./i.exec(value) ?? [];
  const meant = first === undefined ? "" : `, here perhaps ${JSON.stringify(first)}`;
  return (
    "ens:subdomain has other characters than letters, digits and hyphens; it must be the tenant's subdomain alone, like " +
    `mc563885gzs27c5t9-63k636ttgm${meant}`
  );
}

function problemOfOrigin(name: string, value: string | undefined): string | undefined {
  if (!value) return undefined;
  const url = URL.parse(value);
  if (url === null) return `ens:${name} must be a URL like https://host`;
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    return `ens:${name} must start with https:// (plain http is for loopback addresses only)`;
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
  return /\s/.test(value) ? `ens:${name} has white space in it; give it as the installed package shows it` : undefined;
}

function problemsOfTenant(source: SettingsSource<AccessSetting>): string[] {
  const other = otherTenant(findOrigin(source, "restUrl") ?? "", findOrigin(source, "authUrl") ?? "");
  return other === undefined ? [] : [`ens:authUrl is of tenant ${other}, and ens:restUrl of another one`];
}
