import { setTimeout as sleep } from "node:timers/promises";
import { getCACertificates } from "node:tls";
import { urlProblem } from "../../../validation/url";
import { type Check, fail, pass, skipped, warning } from "../check";
import { type Reached, reach, secureContextOf, shakeHands } from "../connection";
import { isRedirect } from "../describe";
import type { Session } from "../session";

const DAY_MS = 86_400_000;
/** Less than this is an outage that is on its way. */
const FEWEST_DAYS = 14;
const TRY_EVERY_MS = 200;

export const url: Check = {
  id: "url",
  title: "URL",
  rule: "The url begins with https:// and has no port, no query, no fragment and no credentials.",
  source: "§2.1",
  confidence: "documented",
  needs: [],
  run({ task }) {
    const problem = urlProblem(task.url, { port: false, query: false });
    if (problem === undefined) return pass("ENS takes this url.");
    if (urlProblem(task.url, { port: true, query: false, loopback: true }) !== undefined) {
      return fail(`The url ${problem}.`, { advice: "Give the url that the callback will have." });
    }
    if (task.local) return pass(`The url ${problem}; --local allows that for a test.`);
    return fail(`The url ${problem}.`, { advice: "Give --local to check a receiver by plain http or with a port." });
  },
};

export const reachable: Check = {
  id: "reach",
  title: "Reachability",
  rule: "The host has an address, and a connection to it can be opened.",
  source: "§10.2",
  confidence: "documented",
  needs: ["url"],
  async run(session) {
    const { addresses, problem } = await reachWithin(session);
    session.addresses = addresses;
    const at = addresses.length === 0 ? "" : ` at ${addresses.join(", ")}`;
    if (problem === undefined) return pass(`The receiver takes connections${at}.`);
    return fail(`The receiver cannot be reached${at}: ${problem}.`, {
      sent: "a TCP connection, without a proxy",
      advice: "Check the host name, that the receiver runs, and that no firewall is in between.",
    });
  },
};

/** Tries again as long as the run may wait for a receiver that is starting. */
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
  rule: "The receiver speaks TLS 1.2 or newer, with a certificate for its host from an authority that everybody trusts.",
  source: "§6.1",
  confidence: "documented",
  needs: ["url", "reach"],
  async run(session) {
    const { target, limits, task } = session;
    if (target.url.protocol === "http:") return { verdict: "not applicable", reason: "The url is plain http." };
    const publicTrust = secureContextOf(getCACertificates("bundled"));
    const publicly = await shakeHands({ ...target, secureContext: publicTrust }, limits.connectMs);
    const shaken = "problem" in publicly ? await shakeHands(target, limits.connectMs) : publicly;
    const sent = "a TLS handshake with TLS 1.2 or newer";
    if ("problem" in shaken) {
      return fail(`The TLS handshake failed: ${shaken.problem}.`, { sent, advice: adviceFor(shaken.problem) });
    }
    const received = `${shaken.protocol}, a certificate by ${session.mask(shaken.issuer)} until ${shaken.validTo.toISOString()}`;
    if ("problem" in publicly) {
      const by = task.authorities === undefined ? "an authority that this machine was told to trust" : "--ca-file";
      const advice = "Use a certificate of a public authority before ENS delivers here.";
      return warning(`The certificate is trusted by ${by} only, and ENS does not know that.`, {
        sent,
        received,
        advice,
      });
    }
    const days = Math.floor((shaken.validTo.getTime() - Date.now()) / DAY_MS);
    if (days < FEWEST_DAYS) {
      const advice = "Renew it, and check that this happens automatically.";
      return warning(`The certificate is valid for ${days} more days only.`, { sent, received, advice });
    }
    return pass(`The receiver speaks ${shaken.protocol}, and its certificate is trusted.`, { sent, received });
  },
};

function adviceFor(problem: string): string {
  if (/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/.test(problem)) {
    return "Let the server send its intermediate certificates too, or give the authority of a test as --ca-file.";
  }
  if (/SELF_SIGNED/.test(problem)) {
    return "Use a certificate of a public authority; for a test, give the authority as --ca-file.";
  }
  if (/ALTNAME/.test(problem)) return "Use a certificate that names this host.";
  if (/EXPIRED/.test(problem)) return "Renew the certificate.";
  return "Check the certificate and the TLS versions of the server, for example with openssl s_client.";
}

/** It comes last, because it looks at what all others were answered. */
export const redirect: Check = {
  id: "redirect",
  title: "Redirects",
  rule: "No answer redirects.",
  source: "§2.1",
  confidence: "assumed",
  needs: ["url", "reach", "tls"],
  run(session) {
    if (session.outcomes.length === 0) return skipped("Nothing was sent to the receiver.");
    const redirects = session.outcomes.filter(({ outcome }) => isRedirect(outcome));
    if (redirects.length === 0) return pass(`None of ${session.outcomes.length} answers redirects.`);
    const [first] = redirects;
    const ids = [...new Set(redirects.map(({ checkId }) => checkId))].join(", ");
    return fail(`${redirects.length} of ${session.outcomes.length} answers redirect: those to ${ids}.`, {
      ...(first === undefined ? {} : { received: session.shown(first.outcome) }),
      advice: "Give ENS the url to which the receiver redirects.",
    });
  },
};
