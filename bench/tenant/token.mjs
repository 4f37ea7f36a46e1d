/** Tokens of the simulator last about twenty minutes; a round of measurements lasts longer. */
const RENEW_MS = 10 * 60_000;

/**
 * One token for all who ask, and another one after ten minutes.
 *
 * @param {string} authUrl
 * @param {Record<string, string>} [headers]
 */
export function tokensFrom(authUrl, headers = {}) {
  /** @type {{ token: Promise<string>, until: number } | undefined} */
  let kept;
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

/** @param {string} authUrl @param {Record<string, string>} headers */
async function request(authUrl, headers) {
  const answer = await fetch(`${authUrl}/v2/token`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" }),
  });
  const { access_token } = /** @type {{ access_token: string }} */ (await answer.json());
  return access_token;
}
