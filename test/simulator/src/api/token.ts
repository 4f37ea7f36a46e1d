import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock";
import type { Body } from "./field";
import { Refusal } from "./refusal";

/** A token is good for 20 minutes although `expires_in` says about 18. Documented. Source: ENS REST contract §1.2. */
const LIFE_MS = 20 * 60_000;
const EXPIRES_IN = 1079;

export const SCOPES = ["callback", "subscription"].flatMap((noun) =>
  ["create", "read", "update", "delete"].map((verb) => `event_notification_${noun}_${verb}`),
);

export interface Grant {
  readonly mid: number;
  readonly scopes: readonly string[];
  readonly until: number;
}

/** An answer of the token endpoint: OAuth's shapes, not the REST API's. Source: §1.3. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: object;
}

/** Issues and checks access tokens; each is for one business unit. */
export class Tokens {
  readonly #grants = new Map<string, Grant>();
  readonly #client: { readonly clientId: string; readonly clientSecret: string; readonly accountId: number };
  readonly #clock: Clock;

  constructor(client: { clientId: string; clientSecret: string; accountId: number }, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  issue(body: Body, restUrl: string): TokenAnswer {
    const { grant_type: grantType, client_id: id, client_secret: secret, account_id: account, scope } = body;
    if (grantType === undefined) return oauth(400, "invalid_request", "grant_type is missing.");
    if (grantType !== "client_credentials") return oauth(400, "unsupported_grant_type", "This grant is not supported.");
    if (id !== this.#client.clientId) {
      return oauth(
        401,
        "invalid_client",
        "Invalid client ID. Use the client ID in Marketing Cloud Installed Packages.",
      );
    }
    if (typeof secret !== "string" || !same(secret, this.#client.clientSecret)) {
      return oauth(401, "invalid_client", "Client authentication failed. Check the id, the secret and the package.");
    }
    const mid = account === undefined ? this.#client.accountId : Number(account);
    if (!/^\d+$/.test(String(account ?? mid))) return oauth(400, "invalid_request", "account_id is not a number.");
    if (scope !== undefined && typeof scope !== "string") return oauth(400, "invalid_request", "scope is not a text.");
    const scopes = scope === undefined ? SCOPES : SCOPES.filter((one) => scope.split(" ").includes(one));
    const token = randomBytes(48).toString("base64url");
    this.#grants.set(token, { mid, scopes, until: this.#clock.now() + LIFE_MS });
    const answer = {
      access_token: token,
      token_type: "Bearer",
      expires_in: EXPIRES_IN,
      scope: scopes.join(" "),
      rest_instance_url: `${restUrl}/`,
    };
    return { status: 200, body: answer };
  }

  /** Refuses a missing, unknown or expired token. Documented. Source: §1.4. */
  check(authorization: string | undefined): Grant {
    const grant = this.#grants.get(tokenIn(authorization));
    if (grant === undefined || grant.until <= this.#clock.now()) throw new Refusal(401, 0, "Not Authorized");
    return grant;
  }

  /** All tokens that still hold. */
  get grants(): [string, Grant][] {
    return [...this.#grants].filter(([, { until }]) => until > this.#clock.now());
  }

  restore(grants: Iterable<readonly [string, Grant]>): void {
    this.#grants.clear();
    for (const [token, grant] of grants) this.#grants.set(token, grant);
  }

  /** The business unit of a good token. */
  accountOf(authorization: string | undefined): number | undefined {
    const grant = this.#grants.get(tokenIn(authorization));
    return grant !== undefined && grant.until > this.#clock.now() ? grant.mid : undefined;
  }

  /** A token is worth nothing from now on. */
  expire(authorization: string | undefined): void {
    this.#grants.delete(tokenIn(authorization));
  }
}

const tokenIn = (authorization = "") => /^Bearer (.+)$/i.exec(authorization)?.[1] ?? "";

function oauth(status: number, error: string, description: string): TokenAnswer {
  return { status, body: { error, error_description: description, error_uri: "" } };
}

function same(one: string, other: string): boolean {
  const digest = (value: string) => createHash("sha256").update(value).digest();
  return timingSafeEqual(digest(one), digest(other));
}
