import { EnsError, reason } from "../../ens/errors";
import { askAccount, wrongAccount } from "../../run/expected-account";
import { endSentence, sentence } from "../shared/sentence";
import type { Context } from "./context";
import { adviceOnRequest, failed, ok, type Result, skipped, warning } from "./result";

const MINUTE_MS = 60_000;
const WARNING_MS = MINUTE_MS;
const FAILURE_MS = 5 * MINUTE_MS;

/** Checks that ENS returns an access token. */
export async function checkToken(context: Context): Promise<Result[]> {
  const { authUrl } = context.settings;
  const { host } = new URL(authUrl);
  try {
    await context.ens.tokenFacts();
    return [ok("token", `${host} returned an access token.`)];
  } catch (error) {
    return [
      failed("token", `${host} returned no access token: ${endSentence(reason(error))}`, adviceFor(context, error)),
    ];
  }
}

function adviceFor({ source, settings: { accountId } }: Context, error: unknown): string {
  const setting = source.get("authUrl") ? "ENS_AUTH_URL" : "ENS_SUBDOMAIN";
  const { status, detail = "", message = "" } = error instanceof EnsError ? error : {};
  if (/ENOTFOUND|EAI_AGAIN|EAI_NONAME/.test(message)) {
    return `Check ${setting}. The host was not found. If ${setting} is correct, check the DNS of this machine.`;
  }
  if (status === undefined) {
    const advice = `Check ${setting}, the network and HTTPS_PROXY. Marketing Cloud may also be unavailable.`;
    return adviceOnRequest(error, advice);
  }
  if (/invalid client id/i.test(detail)) return "Check ENS_CLIENT_ID. This tenant has no such client.";
  if (/account|business unit/i.test(detail) && accountId !== undefined) {
    return "Check ENS_ACCOUNT_ID, and that the installed package is enabled for that business unit.";
  }
  if (status === 401 || status === 400) {
    return "Check ENS_CLIENT_SECRET, and that the package is installed and enabled in this tenant.";
  }
  if (status === 403)
    return "Check that ENS_SUBDOMAIN, or ENS_AUTH_URL and ENS_REST_URL, belong to the tenant of the package.";
  if (status === 404) return `Check ${setting}. There is no token endpoint at that URL.`;
  return "Try again later. ENS is overloaded or has a failure.";
}

/** Compares the clock of this machine with ENS's clock. Certificates and tokens need a correct clock. */
export async function checkClock(context: Context): Promise<Result[]> {
  const { aheadMs } = await context.ens.tokenFacts();
  if (aheadMs === undefined) return [skipped("clock", "The responses of ENS have no Date header.")];
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (Math.abs(aheadMs) < WARNING_MS)
    return [ok("clock", `The clock of this machine is correct to within ${Math.max(1, seconds)} s.`)];
  const reasonText = `The clock of this machine is ${seconds} s ${aheadMs > 0 ? "slow" : "fast"}.`;
  const advice = "Synchronize the clock with a time server (NTP).";
  return [Math.abs(aheadMs) < FAILURE_MS ? warning("clock", reasonText, advice) : failed("clock", reasonText, advice)];
}

/** Checks that the token is for the business unit that the settings name. */
export async function checkBusinessUnit(context: Context): Promise<Result[]> {
  const { accountId, expected } = context.settings;
  const wanted = expected?.accountId ?? accountId;
  const actual = await askAccount(context.ens).catch((error: unknown) => error);
  const subject = "business unit";
  if (actual instanceof Error) {
    const advice = adviceOnRequest(actual, "Check the network, and ENS_REST_URL or ENS_SUBDOMAIN.");
    return [failed(subject, `The business unit could not be read: ${endSentence(reason(actual))}`, advice)];
  }
  if (typeof actual !== "string") {
    const advice =
      wanted === undefined
        ? "Compare the output of `ens list` with Setup."
        : `Compare the output of \`ens list\` with business unit ${wanted} in Setup.`;
    return [warning(subject, "ENS does not return the business unit of the token.", advice)];
  }
  if (expected !== undefined && expected.accountId !== actual) {
    const advice = "Correct ENS_ACCOUNT_ID or ENS_EXPECT_ACCOUNT_ID.";
    return [failed(subject, sentence(wrongAccount(actual, expected)), advice)];
  }
  if (accountId !== undefined && accountId !== actual) {
    const advice = "Check ENS_ACCOUNT_ID, and that the package is enabled for that business unit.";
    return [failed(subject, `The token is for business unit ${actual}, but ENS_ACCOUNT_ID is ${accountId}.`, advice)];
  }
  const owner = wanted === undefined ? ", which owns the package" : "";
  return [ok(subject, `The token is for business unit ${actual}${owner}.`)];
}
