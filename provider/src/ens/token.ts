import { type Access, otherTenant } from "pulumi-ens-receiver/internal";
import type { Dispatcher } from "undici";
import { z } from "zod";
import type { Clock } from "./clock";
import { parseJson } from "./codec";
import { EnsError, noResponseError, refusalError } from "./errors";
import { Pace } from "./pace";
import { type Attempt, type RetryBudget, retry } from "./retry";
import { routes } from "./routes";
import { writeTrace } from "./trace";

/** Renewed this long before the end; ENS's `expires_in` has two minutes in hand besides. Source: §1.2. */
const EARLY_MS = 60_000;

const answer = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().default(1079),
  rest_instance_url: z.string().optional(),
  scope: z.string().optional().catch(undefined),
});

/** What ENS said with a token, besides the token. */
export interface TokenFacts {
  /** The permissions that it carries; `undefined` where ENS does not tell. */
  readonly scopes: readonly string[] | undefined;
  /** How much the clock of ENS is ahead of ours, in milliseconds; `undefined` where its answer has no date. */
  readonly aheadMs: number | undefined;
}

interface Token extends TokenFacts {
  readonly text: string;
  readonly until: number;
}

/** One access token for one business unit: asked for once, shared by all calls, renewed early. Source: §1.4. */
export class TokenSource {
  readonly #access: Access;
  readonly #dispatcher: Dispatcher;
  readonly #clock: Clock;
  readonly #budget: RetryBudget;
  /** Its own: a token is asked for at another service, and rarely. */
  readonly #pace: Pace;
  #current: Promise<Token> | undefined;

  constructor(access: Access, dispatcher: Dispatcher, clock: Clock, budget: RetryBudget) {
    this.#access = access;
    this.#dispatcher = dispatcher;
    this.#clock = clock;
    this.#budget = budget;
    this.#pace = new Pace(clock);
  }

  /** A token that is good for at least a minute; never the `refused` one. */
  async get(refused?: string): Promise<string> {
    return (await this.#good(refused)).text;
  }

  facts(): Promise<TokenFacts> {
    return this.#good();
  }

  async #good(refused?: string): Promise<Token> {
    const held = this.#current;
    if (held !== undefined) {
      const token = await held;
      if (token.text !== refused && token.until > this.#clock.now()) return token;
    }
    if (this.#current === held) {
      const asked = retry(this.#clock, this.#budget, this.#pace, "GET", (attempt) => this.#ask(attempt));
      this.#current = asked;
      asked.catch(() => {
        if (this.#current === asked) this.#current = undefined;
      });
    }
    return this.#current as Promise<Token>;
  }

  async #ask(attempt: number): Promise<Attempt<Token>> {
    const { authUrl, clientId, clientSecret, accountId } = this.#access;
    const body = {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      ...(accountId === undefined ? {} : { account_id: accountId }),
    };
    const path = routes.token;
    const start = performance.now();
    const asked = this.#clock.now();
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
        const token = answer.safeParse(parseJson(text));
        if (token.success) {
          const other = otherTenant(this.#access.restUrl, token.data.rest_instance_url ?? "");
          if (other !== undefined) {
            const message = `clientId belongs to tenant ${other}, but ens:restUrl belongs to another tenant`;
            return { error: new EnsError(message, { status: 403 }) };
          }
          const until = this.#clock.now() + token.data.expires_in * 1000 - EARLY_MS;
          const { access_token, scope } = token.data;
          const middle = (asked + this.#clock.now()) / 2;
          const aheadMs = Date.parse(String(response.headers.date)) - middle;
          const facts = { scopes: scope?.split(/\s+/), aheadMs: Number.isNaN(aheadMs) ? undefined : aheadMs };
          return { value: { text: access_token, until, ...facts } };
        }
        return { error: new EnsError(`POST ${path} returned 200 without an access_token`, { status: 200 }) };
      }
      const error = refusalError("POST", path, response.statusCode, text, [clientSecret]);
      return { error, retryAfterSeconds: Number(response.headers["retry-after"]) || undefined };
    } catch (cause) {
      traced("no response");
      return { error: noResponseError("POST", path, base.origin, cause) };
    }
  }
}
