import { EnsError, reason } from "../../ens/errors";
import { askAccount, wrongAccount } from "../../run/expected-account";
import { failed, ok, type Result, skipped, warning } from "./result";
import type { Visit } from "./visit";

const MINUTE_MS = 60_000;
const DOUBTFUL_MS = MINUTE_MS;
const WRONG_MS = 5 * MINUTE_MS;

/** Whether ENS gives a token. */
export async function checkToken(visit: Visit): Promise<Result[]> {
  const { authUrl } = visit.settings;
  const { host } = new URL(authUrl);
  try {
    await visit.ens.tokenFacts();
    return [ok("token", `${host} gives an access token.`)];
  } catch (error) {
    return [failed("token", `${host} gives no access token: ${reason(error)}.`, adviceFor(visit, error))];
  }
}

function adviceFor({ source, settings: { accountId } }: Visit, error: unknown): string {
  const setting = source.get("authUrl") ? "ENS_AUTH_URL" : "ENS_SUBDOMAIN";
  const { status, detail = "", message = "" } = error instanceof EnsError ? error : {};
  if (/ENOTFOUND|EAI_AGAIN|EAI_NONAME/.test(message)) {
    return `Check ${setting}: no host is known by that name. If it is right, check the DNS of this machine.`;
  }
  if (status === undefined)
    return `Check ${setting}, the network and HTTPS_PROXY; Marketing Cloud may be unavailable, too.`;
  if (/invalid client id/i.test(detail)) return "Check ENS_CLIENT_ID: ENS does not know it in this tenant.";
  if (/account|business unit/i.test(detail) && accountId !== undefined) {
    return "Check ENS_ACCOUNT_ID, and that the installed package is enabled for that business unit.";
  }
  if (status === 401 || status === 400) {
    return "Check ENS_CLIENT_SECRET, and that the package is installed, enabled and of this tenant.";
  }
  if (status === 403)
    return "Check that ENS_SUBDOMAIN, or ENS_AUTH_URL and ENS_REST_URL, are those of the package's tenant.";
  if (status === 404) return `Check ${setting}: there is no token endpoint at that address.`;
  return "Try again later; ENS is busy or has a problem.";
}

/** Whether ENS's clock and the one of this machine agree: certificates and signatures of others depend on it. */
export async function checkClock(visit: Visit): Promise<Result[]> {
  const { aheadMs } = await visit.ens.tokenFacts();
  if (aheadMs === undefined) return [skipped("clock", "The answers of ENS have no date.")];
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) < DOUBTFUL_MS)
    return [ok("clock", `The clock of this machine is right to ${Math.max(1, seconds)} s.`)];
  const reasonText = `The clock of this machine is ${seconds} s ${aheadMs > 0 ? "slow" : "fast"}.`;
  const advice = "Let the machine take its time from a time server (NTP).";
  return [Math.abs(aheadMs) < WRONG_MS ? warning("clock", reasonText, advice) : failed("clock", reasonText, advice)];
}

/** Whether the token is for the business unit that the settings name. */
export async function checkBusinessUnit(visit: Visit): Promise<Result[]> {
  const { accountId, expected } = visit.settings;
  const wanted = expected?.accountId ?? accountId;
  const actual = await askAccount(visit.ens).catch((error: unknown) => error);
  const subject = "business unit";
  if (actual instanceof Error) {
    const advice = "Check the network, and ENS_REST_URL or ENS_SUBDOMAIN.";
    return [failed(subject, `Which business unit this is could not be asked: ${reason(actual)}.`, advice)];
  }
  if (typeof actual !== "string") {
    const advice =
      wanted === undefined
        ? "Compare what `ens list` shows with Setup."
        : `Compare what \`ens list\` shows with business unit ${wanted} in Setup.`;
    return [warning(subject, "ENS does not say which business unit the token is for.", advice)];
  }
  if (expected !== undefined && expected.accountId !== actual) {
    return [failed(subject, `${wrongAccount(actual, expected)}.`, "Correct ENS_ACCOUNT_ID, or ENS_EXPECT_ACCOUNT_ID.")];
  }
  if (accountId !== undefined && accountId !== actual) {
    const advice = "Check ENS_ACCOUNT_ID, and that the package is enabled for that business unit.";
    return [failed(subject, `The token is for business unit ${actual}, and ENS_ACCOUNT_ID is ${accountId}.`, advice)];
  }
  const sure = wanted === undefined ? ", the one that owns the package" : "";
  return [ok(subject, `The token is for business unit ${actual}${sure}.`)];
}
