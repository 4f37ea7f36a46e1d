import { isLoopback, reason } from "pulumi-ens-receiver/internal";
import { errorcodeIn, isHtml, messageIn } from "./codec";
import { routes } from "./routes";
import { scopesOf } from "./scopes";
import { withShownUrls } from "./shown-url";

export { reason };

/** A request that ENS rejected, or for which no response arrived. The error contains no headers, request body or secrets. */
export class EnsError extends Error {
  override readonly name = "EnsError";
  /** HTTP status; `undefined` when no response arrived. */
  readonly status: number | undefined;
  /** ENS's error code, if the response has one. Source: ENS REST contract §9.2. */
  readonly errorcode: number | undefined;
  /** ENS's message, cut to 500 characters. */
  readonly detail: string;
  /** Whether the token endpoint rejected the credentials. */
  readonly refusedCredentials: boolean;
  /** The message without ENS's own words and without advice. */
  readonly summary: string;
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
      summary?: string;
    },
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = facts.status;
    this.errorcode = facts.errorcode;
    this.detail = facts.detail ?? "";
    this.refusedCredentials = facts.refusedCredentials ?? false;
    this.summary = facts.summary ?? message;
    this.noResponseFrom = facts.noResponseFrom;
    this.#sent = facts.sent ?? true;
  }

  /** Whether the response was lost: ENS may have processed the request. Source: ENS REST contract §9.5. */
  get lost(): boolean {
    const { status } = this;
    if (this.#lostBefore) return true;
    return this.#sent && (status === undefined || status < 300 || (status >= 500 && status !== 503));
  }

  /**
   * Marks the request as possibly processed, because the response to an earlier attempt was lost. A later rejection does
   * not prove that the earlier attempt had no effect.
   */
  markLost(): this {
    this.#lostBefore = true;
    return this;
  }

  /** Whether the object no longer exists. */
  get gone(): boolean {
    return this.status === 404;
  }
}

/** Creates the error for a rejected request. Values in `secrets` are masked, because ENS might repeat them. */
export function rejectionError(
  method: string,
  path: string,
  status: number,
  body: string,
  secrets: string[],
): EnsError {
  // Shorten URLs first. Masking only the path of a URL would make the rest unrecognizable as a URL.
  const detail = maskSecrets(withShownUrls(messageIn(body)), secrets).slice(0, 500);
  const errorcode = errorcodeIn(body);
  const said = detail === "" ? "" : `: ${isHtml(body) ? detail : `"${detail}"`}`;
  const numbered = errorcode === undefined || errorcode === status ? "" : ` (errorcode ${errorcode})`;
  const summary = `${method} ${path} returned ${status}${numbered}`;
  const refusedCredentials = path.endsWith(routes.token) && (status === 400 || status === 401);
  return new EnsError(`${summary}${said}${scopeHint(method, path, status)}`, {
    summary,
    status,
    detail,
    refusedCredentials,
    ...(errorcode === undefined ? {} : { errorcode }),
  });
}

/** Creates the error for a request to `origin` that failed to connect or timed out. */
export function noResponseError(method: string, path: string, origin: string, cause: unknown): EnsError {
  return new EnsError(`${method} ${path} got no response: ${reason(cause)}`, { noResponseFrom: origin }, cause);
}

/** Says what to check after a request without a response; `undefined` for any other error. */
export function adviceForNoResponse(error: EnsError): string | undefined {
  if (error.noResponseFrom === undefined) return undefined;
  return adviceForSimulator(error) ?? "Check the network and ENS_SUBDOMAIN (or ens:subdomain)";
}

/** Says to check the simulator after a request to this machine without a response; `undefined` for any other error. */
export function adviceForSimulator({ noResponseFrom }: EnsError): string | undefined {
  if (noResponseFrom === undefined || !isLoopback(new URL(noResponseFrom).hostname)) return undefined;
  return `Check that the simulator is running at ${noResponseFrom}`;
}

/** For `catch` on a list. ENS may return 404 for an empty list. Source: ENS REST contract §2.2, §11 #33. */
export function emptyWhenGone(error: unknown): never[] {
  if (error instanceof EnsError && error.gone) return [];
  throw error;
}

/** For `catch` on one object. Resolves with `undefined` when the object does not exist. */
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
  // Mask longer secrets first. A shorter one may be the beginning of a longer one and would leave its rest visible.
  const values = secrets.filter(({ length }) => length >= 4).toSorted((one, other) => other.length - one.length);
  return values.reduce((rest, value) => rest.replaceAll(value, "[secret]"), text);
}
