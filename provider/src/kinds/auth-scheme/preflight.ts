import type { Dispatcher } from "undici";
import { isRecord, parseJson } from "../../ens/codec";
import { openDispatcher } from "../../ens/dispatcher";
import { reason } from "../../ens/errors";
import { shownUrl } from "../../ens/shown-url";

/** How long ENS waits. Source: ENS REST contract §5.3. */
const ANSWER_MS = 2000;
const LARGEST_BYTES = 64 * 1024;
/** The words of an OAuth refusal: nothing else of an answer is repeated. Source: RFC 6749 §5.2. */
const REFUSALS = [
  ...["invalid_request", "invalid_client", "invalid_grant"],
  ...["unauthorized_client", "unsupported_grant_type", "invalid_scope"],
];

/** By which ENS signs in at an authorization server. */
export interface Credentials {
  readonly grantType: string;
  readonly authUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/**
 * Asks an authorization server for a token as ENS will: form, HTTP Basic, no scope, all of it within 2 s. Rejects with
 * what to mend, without any credential and without the answer. Source: ENS REST contract §5.3, §13 C7, C28.
 */
export async function tryAuthorizationServer(credentials: Credentials): Promise<void> {
  const url = new URL(credentials.authUrl);
  const agent = openDispatcher({ maxResponseSize: LARGEST_BYTES });
  const signal = AbortSignal.timeout(ANSWER_MS);
  try {
    const response = await agent.request({ ...requestOf(url, credentials), signal });
    const text = await response.body.text();
    const wrong = problemOf(response.statusCode, text, credentials.grantType);
    if (wrong !== undefined) throw new Error(wrong);
  } catch (cause) {
    const why = signal.aborted ? `there was no whole answer within ${ANSWER_MS / 1000} s` : explained(cause, url);
    throw new Error(`the preflight of ${shownUrl(url.href)} failed: ${why}; ENS was not asked`, { cause });
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
  if (status >= 300 && status < 400) return `it redirects (${status}), and ENS does not follow; give the final address`;
  const body = parseJson(text);
  const refusal = isRecord(body) ? REFUSALS.find((word) => word === body.error) : undefined;
  const said = refusal === undefined ? String(status) : `${status}, ${refusal}`;
  if (status === 401) {
    const user = grantType === "password" ? ", username and password" : "";
    return `it refuses the credentials (${said}); check clientId and clientSecret${user}, sent by HTTP Basic`;
  }
  if (status < 200 || status >= 300) return `it answers ${said} to a form with grant_type=${grantType}`;
  if (body === undefined) return "its answer is not JSON";
  const token = isRecord(body) ? body.access_token : undefined;
  if (typeof token !== "string" || token === "") return "its answer has no access_token";
  return /^[\x21-\x7e]+$/.test(token) ? undefined : "its access_token has characters that no header can carry";
}

/** What failed before there was an answer. */
function explained(error: unknown, { hostname }: URL): string {
  const { code } = error as { code?: unknown };
  const word = typeof code === "string" ? code : "";
  if (word === "") return reason(error);
  if (word === "ENOTFOUND" || word === "EAI_AGAIN") return `no address is known for ${hostname} (${word})`;
  if (word === "UND_ERR_RES_EXCEEDED_MAX_SIZE") return `its answer is larger than ${LARGEST_BYTES / 1024} KiB`;
  if (/CERT|SSL|TLS|SIGNATURE/.test(word)) return `no trust in its certificate from here: ${reason(error)}`;
  return `no connection: ${reason(error)}`;
}
