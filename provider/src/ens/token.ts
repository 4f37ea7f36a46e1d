import { type Access, otherTenant } from "pulumi-ens-receiver/internal";
import type { Dispatcher } from "undici";
import { z } from "zod";
import type { Clock } from "./clock";
import { parseJson } from "./codec";
import { EnsError, noResponseError, rejectionError } from "./errors";
import { Pace } from "./pace";
import { type Attempt, type RetryBudget, retry } from "./retry";
import { routes } from "./routes";
import { writeTrace } from "./trace";

/** How long before it expires a token is renewed. ENS's `expires_in` already includes a margin of two minutes. Source: §1.2. */
const EARLY_MS = 60_000;

const tokenResponse = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().default(1079),
  rest_instance_url: z.string().optional(),
  scope: z.string().optional().catch(undefined),
});

/** What a token response says besides the token. */
export interface TokenFacts {
  /** The permissions of the token; `undefined` if ENS does not list them. */
  readonly scopes: readonly string[] | undefined;
  /** How far ENS's clock is ahead of this machine's, in milliseconds; `undefined` if the response has no date. */
  readonly aheadMs: number | undefined;
}

interface Token extends TokenFacts {
  readonly text: string;
  readonly until: number;
}

/** Gets an access token for one business unit, shares it among all requests, and renews it early. Source: §1.4. */
export class TokenSource {
  readonly #access: Access;
  readonly #dispatcher: Dispatcher;
  readonly #clock: Clock;
  readonly #budget: RetryBudget;
  /** Separate from the client's pace, because tokens come from another service and are rarely requested. */
  readonly #pace: Pace;
  #current: Promise<Token> | undefined;

  constructor(access: Access, dispatcher: Dispatcher, clock: Clock, budget: RetryBudget) {
    this.#access = access;
    this.#dispatcher = dispatcher;
    this.#clock = clock;
    this.#budget = budget;
    this.#pace = new Pace(clock);
  }

  /** Returns a token that is valid for at least another minute and is not `rejected`. */
  async get(rejected?: string): Promise<string> {
    return (await this.#validToken(rejected)).text;
  }

  /** Returns what the response with the current token says. Requests a token if necessary. */
  facts(): Promise<TokenFacts> {
    return this.#validToken();
  }

  async #validToken(rejected?: string): Promise<Token> {
    const held = this.#current;
    if (held !== undefined) {
      const token = await held;
      if (token.text !== rejected && token.until > this.#clock.now()) return token;
    }
    if (this.#current === held) {
      const requested = retry(this.#clock, this.#budget, this.#pace, "GET", (attempt) => this.#requestToken(attempt));
      this.#current = requested;
      requested.catch(() => {
        if (this.#current === requested) this.#current = undefined;
      });
    }
    return this.#current as Promise<Token>;
  }

  async #requestToken(attempt: number): Promise<Attempt<Token>> {
    const { authUrl, clientId, clientSecret, accountId } = this.#access;
    const body = {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      ...(accountId === undefined ? {} : { account_id: accountId }),
    };
    const path = routes.token;
    const start = performance.now();
    const sent = this.#clock.now();
    const traced = (outcome: number | "no response") =>
      writeTrace({ method: "POST", path, outcome, milliseconds: Math.round(performance.now() - start), attempt });
    const base = new URL(authUrl);
    try {
      const response = await this.#dispatcher.request({
        origin: base.origin,
        path: `${base.pathname === "/" ? "" : base.pathname}${path}`,
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        headersTimeout: 30_000,
      });
      const text = await response.body.text();
      traced(response.statusCode);
      if (response.statusCode === 200) {
        const token = tokenResponse.safeParse(parseJson(text));
        if (token.success) {
          const other = otherTenant(this.#access.restUrl, token.data.rest_instance_url ?? "");
          if (other !== undefined) {
            const message = `clientId belongs to tenant ${other}, but ens:restUrl belongs to another tenant`;
            return { error: new EnsError(message, { status: 403 }) };
          }
          const until = this.#clock.now() + token.data.expires_in * 1000 - EARLY_MS;
          const { access_token, scope } = token.data;
          const middle = (sent + this.#clock.now()) / 2;
          const aheadMs = Date.parse(String(response.headers.date)) - middle;
          const facts = { scopes: scope?.split(/\s+/), aheadMs: Number.isNaN(aheadMs) ? undefined : aheadMs };
          return { value: { text: access_token, until, ...facts } };
        }
        return { error: new EnsError(`POST ${path} returned 200 without an access_token`, { status: 200 }) };
      }
      const error = rejectionError("POST", path, response.statusCode, text, [clientSecret]);
      return { error, retryAfterSeconds: Number(response.headers["retry-after"]) || undefined };
    } catch (cause) {
      traced("no response");
      return { error: noResponseError("POST", path, base.origin, cause) };
    }
  }
}
