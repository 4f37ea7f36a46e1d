import { createHash, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock";
import type { Random } from "../random";
import type { Switches } from "../switches";
import { type Body, objectOf } from "./field";
import type { Packages } from "./packages";
import { Refusal } from "./refusal";

/** A token is valid for 20 minutes although `expires_in` says about 18. Documented. Source: ENS REST contract §1.2. */
const LIFE_MS = 20 * 60_000;
/** Observed. The documented value is about 1080. Source: §1.2. */
const EXPIRES_IN = 1079;

export interface Grant {
  readonly mid: number;
  readonly tenant: number;
  readonly scopes: readonly string[];
  readonly until: number;
}

/** A response of the token endpoint, with the bodies of OAuth instead of the REST API. Source: §1.3. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: object;
}

/** The parts of a request that can contain a token, and its host. */
export interface Bearing {
  readonly headers: { readonly authorization?: string | undefined; readonly host?: string | undefined };
  readonly query: string;
  readonly raw: string;
}

/** Issues and checks access tokens. Each token is for one business unit. */
export class Tokens {
  readonly #grants = new Map<string, Grant>();
  readonly #served = new Map<string, number>();
  readonly #packages: Packages;
  readonly #switches: Switches;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(packages: Packages, switches: Switches, clock: Clock, random: Random) {
    this.#packages = packages;
    this.#switches = switches;
    this.#clock = clock;
    this.#random = random;
  }

  /** Responds to a token request. `origin` is the origin of the REST routes. */
  issue(raw: string, origin: string): TokenAnswer {
    const body = parsed(raw);
    if (body === undefined) return this.#invalid("The body is no JSON object.");
    const { grant_type: grantType, client_id: id, client_secret: secret, account_id: account, scope } = body;
    if (grantType === undefined) return this.#invalid("grant_type is missing.");
    if (grantType !== "client_credentials") return this.#invalid("No such grant.", "unsupported_grant_type");
    const client = this.#packages.find(id);
    if (client === undefined) {
      return unauthorized("Invalid client ID. Use the client ID in Marketing Cloud Installed Packages.");
    }
    if (client.disabled || typeof secret !== "string" || !same(secret, client.clientSecret)) {
      return unauthorized(
        "Client authentication failed. Check the client ID and secret, and that the package is installed and enabled.",
      );
    }
    const mid = account === undefined || account === null ? client.owner : wholeOf(account);
    if (mid === undefined) return this.#invalid("account_id is not a number.");
    if (!this.#packages.enabledFor(client, mid)) return unauthorized("The integration is not enabled for account_id.");
    if (scope !== undefined && typeof scope !== "string") return this.#invalid("scope is not a text.");
    // Permissions that the package does not have are omitted. Assumed. Source: §11.3 A19.
    const all = this.#packages.scopesOf(client);
    const scopes = scope === undefined ? all : all.filter((one) => scope.split(" ").includes(one));
    const token = Buffer.concat([this.#random.bytes("token"), this.#random.bytes("token")]).toString("base64url");
    this.#forgetOld();
    this.#grants.set(token, { mid, tenant: client.tenant, scopes, until: this.#clock.now() + LIFE_MS });
    const answer = {
      access_token: token,
      token_type: "Bearer",
      expires_in: EXPIRES_IN,
      scope: scopes.join(" "),
      soap_instance_url: `${origin}/`,
      rest_instance_url: `${origin}/`,
    };
    return { status: 200, body: answer };
  }

  /**
   * Rejects a token that is missing, unknown, expired, in the wrong place, or of another tenant. Documented. 401 for the
   * wrong place is one of two documented statuses. Source: §1.4, §11.3 A18.
   */
  check({ headers: { authorization, host = "" }, query, raw }: Bearing): Grant {
    if (authorization === undefined && this.#misplaced(query, raw)) {
      throw new Refusal(401, 40004, "The access token belongs into the Authorization header.");
    }
    const token = tokenIn(authorization);
    const grant = this.#live(token);
    if (grant === undefined) throw new Refusal(401, 0, "Not Authorized");
    this.#served.set(token, this.served(authorization) + 1);
    if (this.#packages.isForeign(host.replace(/:\d+$/, ""), grant.tenant)) {
      throw new Refusal(403, 40002, "The access token is for another endpoint.");
    }
    return grant;
  }

  /** Drops expired tokens. All tokens are valid equally long, so the oldest come first. */
  #forgetOld(): void {
    for (const [token, { until }] of this.#grants) {
      if (until > this.#clock.now()) return;
      this.#grants.delete(token);
      this.#served.delete(token);
    }
  }

  /** All valid tokens. */
  get grants(): [string, Grant][] {
    return [...this.#grants].filter(([, { until }]) => until > this.#clock.now());
  }

  restore(grants: Iterable<readonly [string, Grant]>): void {
    this.#grants.clear();
    for (const [token, grant] of grants) this.#grants.set(token, grant);
  }

  /** Returns the business unit of a valid token. */
  accountOf(authorization: string | undefined): number | undefined {
    return this.#live(tokenIn(authorization))?.mid;
  }

  /** Returns the number of requests that a token has served. */
  served(authorization: string | undefined): number {
    return this.#served.get(tokenIn(authorization)) ?? 0;
  }

  /** Expires a token. */
  expire(authorization: string | undefined): void {
    this.#grants.delete(tokenIn(authorization));
    this.#served.delete(tokenIn(authorization));
  }

  #live(token: string): Grant | undefined {
    const grant = this.#grants.get(token);
    return grant !== undefined && grant.until > this.#clock.now() ? grant : undefined;
  }

  #misplaced(query: string, raw: string): boolean {
    const values = [...new URLSearchParams(query).values(), ...Object.values(parsed(raw) ?? {})];
    return values.some((value) => typeof value === "string" && this.#live(value) !== undefined);
  }

  /** Errors that RFC 6749 names and no source shows. Assumed. Source: §1.3, §11 #47. */
  #invalid(description: string, error = "invalid_request"): TokenAnswer {
    return oauth(Number(this.#switches.tokenErrorStatus), error, description);
  }
}

const tokenIn = (authorization = "") => /^Bearer (.+)$/i.exec(authorization)?.[1] ?? "";

/** Documented for unknown clients and business units, observed for wrong secrets and disabled packages. Source: §1.3. */
const unauthorized = (description: string) => oauth(401, "invalid_client", description);

function oauth(status: number, error: string, description: string): TokenAnswer {
  const uri = "https://developer.salesforce.com/docs";
  return { status, body: { error, error_description: description, error_uri: uri } };
}

/** Accepts a number or a numeric text, because SDKs send both. Observed. Source: §1.1. */
function wholeOf(value: unknown): number | undefined {
  const fits = (typeof value === "number" || typeof value === "string") && /^\d+$/.test(String(value));
  return fits ? Number(value) : undefined;
}

function parsed(raw: string): Body | undefined {
  try {
    return objectOf(JSON.parse(raw));
  } catch {
    return undefined;
  }
}

function same(one: string, other: string): boolean {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(one), digest(other));
}
