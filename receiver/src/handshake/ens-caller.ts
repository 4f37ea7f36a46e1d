import type { Access } from "../ens/access";
import { reason } from "../ens/reason";
import { VERIFICATION_ROUTES as routes } from "../ens/routes";
import { otherTenant } from "../ens/tenant";

/** Longer than ENS needs for any request except a create. */
const RESPONSE_TIMEOUT_MS = 30_000;
const LONGEST_DETAIL = 500;

/** A response of ENS. */
export interface EnsResponse {
  readonly status: number;
  readonly text: string;
  /** How long ENS asks to wait, in milliseconds. */
  readonly waitMs: number | undefined;
}

/** Error for a request without a response, or for a response that ends the verification. It contains no secret. */
export class EnsCallError extends Error {
  override readonly name = "EnsCallError";
  /** No response arrived. A retry may succeed, and ENS may have processed the request. */
  readonly isUnanswered: boolean;

  constructor(message: string, isUnanswered = false) {
    super(message);
    this.isUnanswered = isUnanswered;
  }
}

/** Sends requests to ENS with one token, which the first request fetches. A token is valid for longer than a verification takes. */
export class EnsCaller {
  readonly #access: Access;
  readonly #fetch: typeof fetch;
  #token: string | undefined;

  constructor(access: Access, send: typeof fetch) {
    this.#access = access;
    this.#fetch = send;
  }

  /** Sends a request. Rejects with an `EnsCallError` when no response arrived. */
  async call(method: "GET" | "POST", path: string, body?: object): Promise<EnsResponse> {
    const token = await this.#requestToken();
    if (typeof token !== "string") return token;
    return this.#send(method, this.#access.restUrl + path, body, { authorization: `Bearer ${token}` });
  }

  /** Returns a token, or the response of the token endpoint when the request should be retried. */
  async #requestToken(): Promise<string | EnsResponse> {
    if (this.#token !== undefined) return this.#token;
    const { authUrl, restUrl, clientId, clientSecret, accountId } = this.#access;
    const account = accountId === undefined ? {} : { account_id: accountId };
    const request = {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      ...account,
    };
    const response = await this.#send("POST", authUrl + routes.token, request, {});
    if (isTransient(response.status)) return response;
    const given = parse(response.text);
    if (response.status !== 200 || typeof given.access_token !== "string") {
      throw new EnsCallError(
        `The token endpoint returned ${response.status}${this.describe(response)}. Check ENS_CLIENT_ID, ENS_CLIENT_SECRET, ` +
          "ENS_SUBDOMAIN and ENS_ACCOUNT_ID.",
      );
    }
    const other = otherTenant(restUrl, String(given.rest_instance_url ?? ""));
    if (other !== undefined) {
      throw new EnsCallError(`The client id belongs to tenant ${other}, but the REST URL belongs to another tenant.`);
    }
    this.#token = given.access_token;
    return given.access_token;
  }

  async #send(
    method: string,
    url: string,
    body: object | undefined,
    headers: Record<string, string>,
  ): Promise<EnsResponse> {
    const { pathname } = new URL(url);
    try {
      const response = await this.#fetch(url, {
        method,
        redirect: "manual", // the token must not be sent to another host
        signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      const waitMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
      return { status: response.status, text: await response.text(), waitMs };
    } catch (cause) {
      // The cause is not attached, because some clients put the headers of the request there.
      throw new EnsCallError(`${method} ${pathname} got no response: ${networkReason(cause)}`, true);
    }
  }

  /** Quotes ENS's message, with all secrets masked. Returns an empty string when there is none. */
  describe({ text }: EnsResponse, ...secrets: string[]): string {
    const { clientId, clientSecret } = this.#access;
    const { message } = parse(text);
    const hidden = [...secrets, clientSecret, clientId, this.#token ?? ""].filter(({ length }) => length >= 4);
    const words = hidden.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), String(message ?? ""));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters must not get into a log
    return words === "" ? "" : `: "${words.replace(/[\x00-\x1f\x7f]/g, " ").slice(0, LONGEST_DETAIL)}"`;
  }
}

/** Returns whether a retry may succeed, because the status does not depend on the request. */
export function isTransient(status: number): boolean {
  return status === 429 || status >= 500;
}

function parse(text: string): Record<string, unknown> {
  try {
    const given: unknown = JSON.parse(text);
    return typeof given === "object" && given !== null ? (given as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Describes a network error. The message of `fetch` is only "fetch failed", and its cause has the reason. */
function networkReason(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? reason(error) : reason(cause);
}
