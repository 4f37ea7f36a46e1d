import { getCACertificates } from "node:tls";
import { type Reached, reach, secureContextOf, shakeHands } from "../check-receiver/connection";
import { LIMITS } from "../check-receiver/limits";
import type { UnitCallback } from "../shared/read-unit";
import { many } from "../shared/table";
import { visible } from "../shared/visible";
import { failed, ok, type Result, skipped, warning } from "./result";
import type { Visit } from "./visit";

const DAY_MS = 86_400_000;
/** Less than this is an outage that is on its way. */
const FEWEST_DAYS = 14;

/** DNS and TLS of each host that callbacks deliver to. No request is sent. */
export async function checkReceivers(visit: Visit): Promise<Result[]> {
  const unit = await visit.unit();
  if (unit.length === 0) return [skipped("receivers", "There are no callbacks.")];
  const originOf = ({ callback }: UnitCallback) => URL.parse(callback.url)?.origin ?? "";
  const origins = [...new Set(unit.map(originOf))];
  return Promise.all(
    origins.map((origin) =>
      checkOrigin(
        visit,
        origin,
        unit.filter((each) => originOf(each) === origin),
      ),
    ),
  );
}

async function checkOrigin(visit: Visit, origin: string, callbacks: readonly UnitCallback[]): Promise<Result> {
  const url = URL.parse(origin);
  const names = callbacks.slice(0, 3).map(({ callback }) => visible(callback.callbackName));
  const rest = callbacks.length > names.length ? " and others" : "";
  const of = `of ${many(callbacks.length, "callback")} (${names.join(", ")}${rest})`;
  if (url === null) return failed("a url", `The url ${of} is no url.`, "Correct the callback.");
  const { host } = url;
  if (url.protocol !== "https:") {
    return warning(
      host,
      `The receiver ${of} is reached by plain http, and ENS speaks https only.`,
      "Give the callback an https url.",
    );
  }
  const target = { url, secureContext: secureContextOf(visit.wishes.authorities ?? getCACertificates("bundled")) };
  const reached = await reach(target, LIMITS.connectMs);
  if (reached.problem !== undefined) return unreachable(visit, host, of, reached);
  const shaken = await shakeHands(target, LIMITS.connectMs);
  if ("problem" in shaken) {
    const advice = /ALTNAME/.test(shaken.problem)
      ? "Use a certificate that names this host."
      : "Renew the certificate, let the server send its intermediate certificates, or use a public authority.";
    return failed(host, `The TLS handshake with the receiver ${of} fails: ${shaken.problem}.`, advice);
  }
  const days = Math.floor((shaken.validTo.getTime() - visit.now) / DAY_MS);
  if (days >= FEWEST_DAYS)
    return ok(host, `The receiver ${of} speaks ${shaken.protocol}; its certificate holds ${days} more days.`);
  const advice = "Renew it, and check that this happens automatically.";
  return failed(host, `The certificate of the receiver ${of} holds ${Math.max(0, days)} more days only.`, advice);
}

/** A machine behind a proxy often cannot look up names or connect by itself, which says nothing about ENS. */
function unreachable({ terminal: { env } }: Visit, host: string, of: string, { addresses, problem }: Reached): Result {
  const isBehindProxy = Boolean(env.HTTPS_PROXY ?? env.https_proxy);
  const at = addresses.length === 0 ? "" : ` at ${addresses.join(", ")}`;
  const text = `The receiver ${of} cannot be reached${at}: ${problem}.`;
  if (isBehindProxy)
    return warning(host, text, "This machine uses a proxy, and this check does not: try it from elsewhere.");
  const advice = /ENOTFOUND|EAI_AGAIN/.test(String(problem))
    ? "Check the host in the callback's url, and its DNS record."
    : "Check that the receiver runs, and that no firewall is in between.";
  return failed(host, text, advice);
}
