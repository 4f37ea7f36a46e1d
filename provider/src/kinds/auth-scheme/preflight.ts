import type { Dispatcher } from "undici";
import { isRecord, parseJson } from "../../ens/codec";
import { openDispatcher } from "../../ens/dispatcher";
import { reason } from "../../ens/errors";
import { shownUrl } from "../../ens/shown-url";

/** How long ENS waits for the token. Source: ENS REST contract §5.3. */
const ANSWER_MS = 2000;
const LARGEST_BYTES = 64 * 1024;
/** Error codes of OAuth2. Messages repeat nothing else of a response. Source: RFC 6749 §5.2. */
const ERROR_CODES = [
  ...["invalid_request", "invalid_client", "invalid_grant"],
  ...["unauthorized_client", "unsupported_grant_type", "invalid_scope"],
];

/** Credentials with which ENS requests a token from an authorization server. */
export interface Credentials {
  readonly grantType: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * Requests a token from an authorization server in the same way as ENS: form, HTTP Basic, no scope, within 2 s. Rejects
 * with a hint, without any credential and without the response. Source: ENS REST contract §5.3, §13 C7, C28.
 */
export async function tryAuthorizationServer(credentials: Credentials): Promise<void> {
  const url = new URL(credentials.authUrl);
  const agent = openDispatcher({ maxResponseSize: LARGEST_BYTES });
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    const response = await agent.request({ ...requestOf(url, credentials), signal });
    const text = await response.body.text();
    const problem = problemOf(response.statusCode, text, credentials.grantType);
    if (problem !== undefined) throw new Error(problem);
  } catch (cause) {
    const why = signal.aborted ? `no complete response arrived within ${ANSWER_MS / 1000} s` : explain(cause, url);
    throw new Error(`the preflight of ${shownUrl(url.href)} failed: ${why}. No request was sent to ENS.`, { cause });
  } finally {
    await agent.destroy();
  }
}

function requestOf(url: URL, credentials: Credentials): Dispatcher.RequestOptions {
  const { grantType, clientId, clientSecret, username = "", password = "" } = credentials;
  const user = grantType === "password" ? { username, password } : {};
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ grant_type: grantType, ...user }).toString(),
  };
}

function problemOf(status: number, text: string, grantType: string): string | undefined {
  if (status >= 300 && status < 400)
    return `the server redirects (${status}), which ENS does not follow; set authUrl to the final URL`;
  const body = parseJson(text);
  const code = isRecord(body) ? ERROR_CODES.find((each) => each === body.error) : undefined;
  const returned = code === undefined ? String(status) : `${status}, ${code}`;
  if (status === 401) {
    const user = grantType === "password" ? ", username and password" : "";
    return `the server rejected the credentials (${returned}); check clientId and clientSecret${user}, which are sent with HTTP Basic`;
  }
  if (status < 200 || status >= 300) return `the server returned ${returned} for a form with grant_type=${grantType}`;
  if (body === undefined) return "the response is not JSON";
  const token = isRecord(body) ? body.access_token : undefined;
  if (typeof token !== "string" || token === "") return "the response has no access_token";
  return /^[\x21-\x7e]+$/.test(token)
    ? undefined
    : "the access_token contains characters that are not allowed in a header";
}

/** Explains a failure without a complete response. */
function explain(error: unknown, { hostname }: URL): string {
  const { code } = error as { code?: unknown };
  const word = typeof code === "string" ? code : "";
  if (word === "") return reason(error);
  if (word === "ENOTFOUND" || word === "EAI_AGAIN") return `the host name ${hostname} cannot be resolved (${word})`;
  if (word === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return `the response is larger than ${LARGEST_BYTES / 1024} KiB`;
  if (/CERT|SSL|TLS|SIGNATURE/.test(word)) return `this machine does not trust the certificate: ${reason(error)}`;
  return `the connection failed: ${reason(error)}`;
}
