import type { Access } from "../ens/access";
import { reason } from "../ens/reason";
import { VERIFICATION_ROUTES as routes } from "../ens/routes";
import { otherTenant } from "../ens/tenant";

/** Longer than ENS takes for anything but a creation. */
const ANSWER_MS = 30_000;
const LONGEST_DETAIL = 500;

/** ENS's answer to a call. */
export interface EnsAnswer {
  readonly status: number;
  readonly text: string;
  /** How long ENS wants us to wait, in milliseconds. */
  readonly waitMs: number | undefined;
}

/** A call that got no answer, or an answer that ends the handshake. It holds no secret. */
export class EnsCallError extends Error {
  override readonly name = "EnsCallError";
  /** No answer came: another try may work, and the call may have been carried out. */
  readonly isUnanswered: boolean;

  constructor(message: string, isUnanswered = false) {
    super(message);
    this.isUnanswered = isUnanswered;
  }
}

/** Calls ENS with one token, which it asks for at the first call. A token is good for 20 minutes, a handshake takes less. */
export class EnsCaller {
  readonly #access: Access;
  readonly #fetch: typeof fetch;
  #token: string | undefined;

  constructor(access: Access, send: typeof fetch) {
    this.#access = access;
    this.#fetch = send;
  }

  /** Rejects with an `EnsCallError` when no answer comes. */
  async call(method: "GET" | "POST", path: string, body?: object): Promise<EnsAnswer> {
    const token = await this.#askForToken();
    if (typeof token !== "string") return token;
    return this.#send(method, this.#access.restUrl + path, body, { authorization: `Bearer ${token}` });
  }

  /** A token, or the answer in its place when the endpoint asks for patience. */
  async #askForToken(): Promise<string | EnsAnswer> {
    if (this.#token !== undefined) return this.#token;
    const { authUrl, restUrl, clientId, clientSecret, accountId } = this.#access;
    const account = accountId === undefined ? {} : { account_id: accountId };
    const request = {
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      ...account,
    };
    const answer = await this.#send("POST", authUrl + routes.token, request, {});
    if (isTransient(answer.status)) return answer;
    const given = parse(answer.text);
    if (answer.status !== 200 || typeof given.access_token !== "string") {
      throw new EnsCallError(
        `The token endpoint answered ${answer.status}${this.describe(answer)}. Check ENS_CLIENT_ID, ENS_CLIENT_SECRET, ` +
          "ENS_SUBDOMAIN and ENS_ACCOUNT_ID.",
      );
    }
    const other = otherTenant(restUrl, String(given.rest_instance_url ?? ""));
    if (other !== undefined) {
      throw new EnsCallError(`The client id belongs to tenant ${other}, and the REST address to another one.`);
    }
    this.#token = given.access_token;
    return given.access_token;
  }

  async #send(
    method: string,
    url: string,
    body: object | undefined,
    headers: Record<string, string>,
  ): Promise<EnsAnswer> {
    const { pathname } = new URL(url);
    try {
      const response = await this.#fetch(url, {
        method,
        redirect: "manual", // a token must not follow to another host
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
      const waitMs = Number.isFinite(seconds) ? seconds * 1000 : undefined;
      return { status: response.status, text: await response.text(), waitMs };
    } catch (cause) {
      // The cause is not attached: what some clients put there holds the headers of the request.
      throw new EnsCallError(`${method} ${pathname} got no answer: ${networkReason(cause)}`, true);
    }
  }

  /** ENS's own words for a refusal, without any secret that they might repeat. */
  describe({ text }: EnsAnswer, ...secrets: string[]): string {
    const { clientId, clientSecret } = this.#access;
    const { message } = parse(text);
    const hidden = [...secrets, clientSecret, clientId, this.#token ?? ""].filter(({ length }) => length >= 4);
    const words = hidden.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), String(message ?? ""));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get into a log
    return words === "" ? "" : `: ${words.replace(/[\x00-\x1f\x7f]/g, " ").slice(0, LONGEST_DETAIL)}`;
  }
}

/** A status that says nothing about the request itself. */
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

/** `fetch` says "fetch failed", and its cause says why. */
function networkReason(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? reason(error) : reason(cause);
}
