import type { StoredScheme } from "../store";
import { NoAnswer, type Outbound } from "./outbound";

/** Documented. Source: ENS REST contract §5.3. */
const LIMIT_SECONDS = 2;

export interface CustomerToken {
  readonly token: string;
  /** Validity in seconds, if the server returned it. */
  readonly seconds?: number;
}

/**
 * Requests a token from the customer's authorization server, with a form body, HTTP Basic and a limit of two seconds. The
 * form and the limit are documented. Basic is documented for the password grant and observed for the other. Resolves with
 * `undefined` when the server issues no token. Source: ENS REST contract §5.3, §13 C28.
 */
export async function requestToken(
  outbound: Pick<Outbound, "post">,
  scheme: StoredScheme,
): Promise<CustomerToken | undefined> {
  const { clientId, clientSecret, grantType, username, password } = scheme;
  const user = grantType === "password" ? { username: username ?? "", password: password ?? "" } : {};
  const form = new URLSearchParams({ grant_type: grantType, ...user });
  const headers = {
    authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
  };
  try {
    const { status, body } = await outbound.post(scheme.authUrl, headers, form.toString(), LIMIT_SECONDS);
    const { access_token: token, expires_in: seconds } = status >= 200 && status < 300 ? JSON.parse(body) : {};
    // A token must fit into a header.
    if (typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) return undefined;
    return typeof seconds === "number" ? { token, seconds } : { token };
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
