import { setTimeout as sleep } from "node:timers/promises";
import { getCACertificates } from "node:tls";
import { urlProblem } from "../../../validation/url";
import { endSentence } from "../../shared/sentence";
import { countOf } from "../../shared/table";
import { type Check, fail, pass, skipped, warning } from "../check";
import { performHandshake, type Reached, reach, secureContextOf } from "../connection";
import { isRedirect } from "../describe";
import type { Session } from "../session";

const DAY_MS = 86_400_000;
/** Fewest days that a certificate must still be valid. */
const FEWEST_DAYS = 14;
const TRY_EVERY_MS = 200;

export const url: Check = {
  id: "url",
  title: "URL",
  rule: "The URL begins with https:// and has no port, query, fragment or credentials.",
  source: "§2.1",
  confidence: "documented",
  needs: [],
  run({ task }) {
    const problem = urlProblem(task.url, { port: false, query: false });
    if (problem === undefined) return pass("ENS accepts this URL.");
    if (urlProblem(task.url, { port: true, query: false, loopback: true }) !== undefined) {
      return fail(`The URL ${problem}.`, { advice: "Use the URL that the callback will have." });
    }
    if (task.local) return pass(`The URL ${problem}. --local allows this for a test.`);
    return fail(`The URL ${problem}.`, { advice: "Use --local to check a receiver with http or a port." });
  },
};

export const reachable: Check = {
  id: "reach",
  title: "Reachability",
  rule: "The host name resolves to an address that accepts connections.",
  source: "§10.2",
  confidence: "documented",
  needs: ["url"],
  async run(session) {
    const { addresses, problem } = await reachWithin(session);
    session.addresses = addresses;
    const at = addresses.length === 0 ? "" : ` at ${addresses.join(", ")}`;
    if (problem === undefined) return pass(`The receiver accepts connections${at}.`);
    return fail(`The receiver cannot be reached${at}: ${endSentence(problem)}`, {
      sent: "a TCP connection, without a proxy",
      advice: adviceOnReach(problem),
    });
  },
};

function adviceOnReach(problem: string): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(problem)) {
    return (
      "Check the host name and its DNS record. If only a simulator can reach the receiver, give --local and the local URL " +
      "of the receiver, for example http://127.0.0.1:9000/ens."
    );
  }
  return "Check the host name, that the receiver runs, and that no firewall blocks the connection.";
}

/** Connects, and retries for as long as `--wait` allows the receiver to start. */
async function reachWithin({ target, limits, task }: Session): Promise<Reached> {
  const end = performance.now() + (task.waitMs ?? 0);
  let reached = await reach(target, limits.connectMs);
  while (reached.problem !== undefined && performance.now() < end) {
    await sleep(TRY_EVERY_MS);
    reached = await reach(target, limits.connectMs);
  }
  return reached;
}

export const tls: Check = {
  id: "tls",
  title: "TLS",
  rule: "The receiver supports TLS 1.2 or newer and has a certificate for its host from a publicly trusted authority.",
  source: "§6.1",
  confidence: "documented",
  needs: ["url", "reach"],
  async run(session) {
    const { target, limits, task } = session;
    if (target.url.protocol === "http:") return { verdict: "not applicable", reason: "The URL has no TLS." };
    const publicTrust = secureContextOf(getCACertificates("bundled"));
    const publicly = await performHandshake({ ...target, secureContext: publicTrust }, limits.connectMs);
    const handshake = "problem" in publicly ? await performHandshake(target, limits.connectMs) : publicly;
    const sent = "a TLS handshake with TLS 1.2 or newer";
    if ("problem" in handshake) {
      return fail(`The TLS handshake failed: ${endSentence(handshake.problem)}`, {
        sent,
        advice: adviceFor(handshake.problem),
      });
    }
    const received = `${handshake.protocol}, a certificate of ${session.mask(handshake.issuer)} that is valid until ${handshake.validTo.toISOString()}`;
    if ("problem" in publicly) {
      const by = task.authorities === undefined ? "an authority of this machine" : "--ca-file";
      const advice = "Use a certificate of a public authority before ENS delivers to this receiver.";
      return warning(`The certificate is trusted only because of ${by}, which ENS does not know.`, {
        sent,
        received,
        advice,
      });
    }
    const days = Math.floor((handshake.validTo.getTime() - Date.now()) / DAY_MS);
    if (days < FEWEST_DAYS) {
      const advice = "Renew the certificate, and check that it is renewed automatically.";
      return warning(`The certificate is valid for only ${countOf(days, "more day")}.`, { sent, received, advice });
    }
    return pass(`The receiver uses ${handshake.protocol}, and its certificate is trusted.`, { sent, received });
  },
};

function adviceFor(problem: string): string {
  if (/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/.test(problem)) {
    return "Add the intermediate certificates to the server. For a test, name the authority with --ca-file.";
  }
  if (/SELF_SIGNED/.test(problem)) {
    return "Use a certificate of a public authority. For a test, name the authority with --ca-file.";
  }
  if (/ALTNAME/.test(problem)) return "Use a certificate for this host name.";
  if (/EXPIRED/.test(problem)) return "Renew the certificate.";
  return "Check the certificate and the TLS versions of the server, for example with openssl s_client.";
}

/** Runs last, because it evaluates the responses to all other checks. */
export const redirect: Check = {
  id: "redirect",
  title: "Redirects",
  rule: "The receiver never redirects.",
  source: "§2.1",
  confidence: "assumed",
  needs: ["url", "reach", "tls"],
  run(session) {
    if (session.outcomes.length === 0) return skipped("Nothing was sent to the receiver.");
    const redirects = session.outcomes.filter(({ outcome }) => isRedirect(outcome));
    if (redirects.length === 0) return pass(`None of ${session.outcomes.length} responses is a redirect.`);
    const [first] = redirects;
    const ids = [...new Set(redirects.map(({ checkId }) => checkId))].join(", ");
    return fail(`${redirects.length} of ${session.outcomes.length} responses are redirects, in the checks ${ids}.`, {
      ...(first === undefined ? {} : { received: session.shown(first.outcome) }),
      advice: "Use the URL that the receiver redirects to.",
    });
  },
};
