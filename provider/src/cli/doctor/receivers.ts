import { getCACertificates } from "node:tls";
import { isLoopback } from "pulumi-ens-receiver/internal";
import { performHandshake, type Reached, reach, secureContextOf } from "../check-receiver/connection";
import { LIMITS } from "../check-receiver/limits";
import type { UnitCallback } from "../shared/read-unit";
import { endSentence } from "../shared/sentence";
import { countOf } from "../shared/table";
import { visible } from "../shared/visible";
import type { Context } from "./context";
import { failed, ok, type Result, skipped, warning } from "./result";

const DAY_MS = 86_400_000;
/** Fewest days that a certificate must still be valid. */
const FEWEST_DAYS = 14;

/** Checks DNS and TLS of each receiver. Sends no HTTP request. */
export async function checkReceivers(context: Context): Promise<Result[]> {
  const unit = await context.unit();
  if (unit.length === 0) return [skipped("receivers", "There are no callbacks.")];
  const originOf = ({ callback }: UnitCallback) => URL.parse(callback.url)?.origin ?? "";
  const origins = [...new Set(unit.map(originOf))];
  return Promise.all(
    origins.map((origin) =>
      checkOrigin(
        context,
        origin,
        unit.filter((each) => originOf(each) === origin),
      ),
    ),
  );
}

async function checkOrigin(context: Context, origin: string, callbacks: readonly UnitCallback[]): Promise<Result> {
  const url = URL.parse(origin);
  const names = callbacks.slice(0, 3).map(({ callback }) => visible(callback.callbackName));
  const rest = callbacks.length > names.length ? " and more" : "";
  const of = `of ${countOf(callbacks.length, "callback")} (${names.join(", ")}${rest})`;
  if (url === null) return failed("url", `The \`url\` ${of} is not a URL.`, "Correct the `url` of the callback.");
  const { host } = url;
  if (url.protocol !== "https:") {
    return warning(
      host,
      `The receiver ${of} has an http URL, but ENS delivers to https URLs only.`,
      "Set `url` of the callback to an https URL.",
    );
  }
  const target = { url, secureContext: secureContextOf(context.options.authorities ?? getCACertificates("bundled")) };
  const reached = await reach(target, LIMITS.connectMs);
  if (reached.problem !== undefined) return unreachable(context, host, of, reached);
  const handshake = await performHandshake(target, LIMITS.connectMs);
  if ("problem" in handshake) {
    const advice = /ALTNAME/.test(handshake.problem)
      ? "Use a certificate for this host name."
      : "Renew the certificate, add the intermediate certificates, or use a certificate of a public authority.";
    return failed(host, `The TLS handshake with the receiver ${of} failed: ${endSentence(handshake.problem)}`, advice);
  }
  const days = Math.floor((handshake.validTo.getTime() - context.now) / DAY_MS);
  if (days >= FEWEST_DAYS)
    return ok(
      host,
      `The receiver ${of} uses ${handshake.protocol}, and its certificate is valid for ${days} more days.`,
    );
  const advice = "Renew the certificate, and check that it is renewed automatically.";
  const left = `${Math.max(0, days)} more ${days === 1 ? "day" : "days"}`;
  return failed(host, `The certificate of the receiver ${of} is valid for only ${left}.`, advice);
}

/** Returns the result for a receiver that this machine cannot reach. ENS may still be able to reach the receiver. */
function unreachable(context: Context, host: string, of: string, { addresses, problem = "" }: Reached): Result {
  const { env } = context.terminal;
  const isBehindProxy = Boolean(env.HTTPS_PROXY ?? env.https_proxy);
  const at = addresses.length === 0 ? "" : ` at ${addresses.join(", ")}`;
  const text = `The receiver ${of} cannot be reached${at}: ${endSentence(problem)}`;
  const isUnresolved = /ENOTFOUND|EAI_AGAIN/.test(problem);
  if (isBehindProxy)
    return warning(host, text, "This machine uses a proxy, but this check does not. Run it from another machine.");
  if (isUnresolved && isLoopback(new URL(context.settings.restUrl).hostname)) {
    const advice = "ENS is a simulator on this machine. Ignore this warning if its option --connect-to maps the host.";
    return warning(host, text, advice);
  }
  const advice = isUnresolved
    ? "Check the host in the `url` of the callback, and its DNS record."
    : "Check that the receiver runs, and that no firewall blocks the connection.";
  return failed(host, text, advice);
}
