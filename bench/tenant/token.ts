/**
 * Interval between tokens. Tokens of the simulator are valid for about twenty minutes, which is less than a round
 * takes.
 */
const RENEW_MS = 10 * 60_000;

/** Returns a function that shares one token among all callers and requests a new one after ten minutes. */
export function tokensFrom(authUrl: string, headers: Record<string, string> = {}) {
  let kept: { token: Promise<string>; until: number } | undefined;
  return {
    token() {
      if (kept === undefined || Date.now() > kept.until) {
        kept = { token: request(authUrl, headers), until: Date.now() + RENEW_MS };
      }
      return kept.token;
    },
    forget() {
      kept = undefined;
    },
  };
}

async function request(authUrl: string, headers: Record<string, string>) {
  const answer = await fetch(`${authUrl}/v2/token`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  return access_token;
}
