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

/** Throws when a setting is missing or an address is unfit; the error names it and the ways to give it. */
export function readAccess(source: SettingsSource<AccessSetting>): Access {
  const subdomain = source.get("subdomain");
  if (subdomain !== undefined && !/^[a-z0-9-]+$/i.test(subdomain)) {
    throw new Error(`ens:subdomain must be the tenant's subdomain alone, like mc563885gzs27c5t9-63k636ttgm`);
  }
  const origin = (name: "restUrl" | "authUrl", host: string) =>
    parseOrigin(
      name,
      source.get(name) ?? (subdomain ? `https://${subdomain}.${host}.marketingcloudapis.com` : undefined),
    );
  const need = (name: AccessSetting): string => {
    const value = source.get(name);
    if (value === undefined || value === "") throw new Error(`ens:${name} is not set: ${source.missing(name)}`);
    return value;
  };
  if (subdomain === undefined && (source.get("restUrl") === undefined || source.get("authUrl") === undefined)) {
    need("subdomain");
  }
  const accountId = source.get("accountId");
  const [restUrl, authUrl] = [origin("restUrl", "rest"), origin("authUrl", "auth")];
  const other = otherTenant(restUrl, authUrl);
  if (other !== undefined) throw new Error(`ens:authUrl is of tenant ${other}, and ens:restUrl of another one`);
  return {
    restUrl,
    authUrl,
    clientId: need("clientId"),
    clientSecret: need("clientSecret"),
    ...(accountId ? { accountId } : {}),
  };
}

function parseOrigin(name: string, value: string | undefined): string {
  const url = URL.parse(value ?? "");
  if (url === null) throw new Error(`ens:${name} must be a URL like https://host`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
    throw new Error(`ens:${name} must start with https:// (plain http is for loopback addresses only)`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new Error(`ens:${name} must have no credentials, query or fragment`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/(v2\/token\/?)?$/, "");
}
