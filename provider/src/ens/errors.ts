import { isLoopback, reason } from "pulumi-ens-receiver/internal";
import { errorcodeIn, isHtml, messageIn } from "./codec";
import { routes } from "./routes";
import { scopesOf } from "./scopes";
import { withShownUrls } from "./shown-url";

export { reason };

/** A call that ENS refused, or that never got an answer. It holds no header, no body and no secret. */
export class EnsError extends Error {
  override readonly name = "EnsError";
  /** HTTP status; `undefined` when no answer came. */
  readonly status: number | undefined;
  /** ENS's own number for the refusal, where it gave one. Source: ENS REST contract §9.2. */
  readonly errorcode: number | undefined;
  /** ENS's own words, cut to 500 characters. */
  readonly detail: string;
  /** The token endpoint refused the client id or the client secret. */
  readonly refusedCredentials: boolean;
  /** Scheme, host and port that returned nothing; `undefined` when a response arrived. */
  readonly noResponseFrom: string | undefined;
  readonly #sent: boolean;
  #lostBefore = false;

  constructor(
    message: string,
    facts: {
      status?: number;
      errorcode?: number;
      detail?: string;
      sent?: boolean;
      refusedCredentials?: boolean;
      noResponseFrom?: string;
    },
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = facts.status;
    this.errorcode = facts.errorcode;
    this.detail = facts.detail ?? "";
    this.refusedCredentials = facts.refusedCredentials ?? false;
    this.noResponseFrom = facts.noResponseFrom;
    this.#sent = facts.sent ?? true;
  }

  /** The work may have been done although nobody said so, or not readably. Source: ENS REST contract §9.5. */
  get lost(): boolean {
    const { status } = this;
    if (this.#lostBefore) return true;
    return this.#sent && (status === undefined || status < 300 || (status >= 500 && status !== 503));
  }

  /** An earlier try of the same call was lost, so that a refusal of a later one says nothing about it. */
  afterLostTry(): this {
    this.#lostBefore = true;
    return this;
  }

  get gone(): boolean {
    return this.status === 404;
  }
}

/** What a refusal looks like to a person. `secrets` are values that ENS might echo: they are masked. */
export function refusalError(method: string, path: string, status: number, body: string, secrets: string[]): EnsError {
  // Urls go first: a path that is masked by itself would leave the rest of its url unrecognizable.
  const detail = maskSecrets(withShownUrls(messageIn(body)), secrets).slice(0, 500);
  const errorcode = errorcodeIn(body);
  const said = detail === "" ? "" : `: ${isHtml(body) ? detail : `"${detail}"`}`;
  const numbered = errorcode === undefined || errorcode === status ? "" : ` (errorcode ${errorcode})`;
  const message = `${method} ${path} returned ${status}${numbered}${said}${scopeHint(method, path, status)}`;
  const refusedCredentials = path.endsWith(routes.token) && (status === 400 || status === 401);
  return new EnsError(message, {
    status,
    detail,
    refusedCredentials,
    ...(errorcode === undefined ? {} : { errorcode }),
  });
}

/** The error for a request without a response: the connection failed, or the time was up. `origin` was asked. */
export function noResponseError(method: string, path: string, origin: string, cause: unknown): EnsError {
  return new EnsError(`${method} ${path} got no response: ${reason(cause)}`, { noResponseFrom: origin }, cause);
}

/** Says what to check after a request without a response; `undefined` for any other error. */
export function adviceForNoResponse({ noResponseFrom }: EnsError): string | undefined {
  if (noResponseFrom === undefined) return undefined;
  return isLoopback(new URL(noResponseFrom).hostname)
    ? `Check that the simulator is running at ${noResponseFrom}`
    : "Check the network and ENS_SUBDOMAIN (or ens:subdomain)";
}

/** For `catch` on a list: it may answer 404 when it is empty. Source: ENS REST contract §2.2, §11 #33. */
export function emptyWhenGone(error: unknown): never[] {
  if (error instanceof EnsError && error.gone) return [];
  throw error;
}

/** For `catch` on one object: there is none. */
export function nothingWhenGone(error: unknown): undefined {
  if (!(error instanceof EnsError && error.gone)) throw error;
}

function scopeHint(method: string, path: string, status: number): string {
  if (status >= 300 && status < 400 && status !== 304) return ". ENS returned a redirect, which is not followed";
  if (status !== 401 && status !== 403) return "";
  const scopes = scopesOf(method, path);
  if (scopes.length === 0) return "";
  return `. The installed package needs ${scopes.join(" or ")} (new permissions take up to 5 minutes to appear in tokens)`;
}

function maskSecrets(text: string, secrets: string[]): string {
  // Longer ones go first, so that none is left in part where it begins like another one.
  const values = secrets.filter(({ length }) => length >= 4).toSorted((one, other) => other.length - one.length);
  return values.reduce((rest, value) => rest.replaceAll(value, "[secret]"), text);
}
