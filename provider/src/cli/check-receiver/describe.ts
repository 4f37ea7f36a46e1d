import { withShownUrls } from "../../ens/shown-url";
import { shownMs } from "./limits";
import type { Outcome } from "./sender";

const LONGEST_EXCERPT = 80;

/** Returns whether ENS treats the response as an acknowledgment. Source: ENS REST contract §6.1. */
export function isAcknowledged(outcome: Outcome): boolean {
  return outcome.kind === "answer" && outcome.status >= 200 && outcome.status <= 204;
}

export function isSuccess(outcome: Outcome): boolean {
  return outcome.kind === "answer" && outcome.status >= 200 && outcome.status <= 299;
}

export function isRedirect(outcome: Outcome): boolean {
  return outcome.kind === "answer" && outcome.status >= 300 && outcome.status <= 399;
}

/** Describes an outcome as a predicate for "The receiver". */
export function describeOutcome(outcome: Outcome): string {
  const after = `after ${shownMs(outcome.milliseconds)}`;
  if (outcome.kind === "answer") return `returned ${outcome.status} ${after}`;
  if (outcome.kind === "broken") return `did not respond: the connection failed ${after} (${outcome.problem})`;
  return `had not sent a complete response ${after}`;
}

/** Describes an outcome with the beginning of the response's text. `mask` replaces secrets. */
export function describeResponse(outcome: Outcome, mask: (text: string) => string): string {
  const did = describeOutcome(outcome);
  if (outcome.kind === "late") {
    const { sentAfterMs } = outcome;
    return sentAfterMs === undefined ? `${did}, while the request was still being sent` : did;
  }
  if (outcome.kind === "broken") return did;
  const { contentType, text, cut } = outcome;
  const type = contentType === "" ? "" : `, ${plain(mask(contentType), LONGEST_EXCERPT)}`;
  const excerpt = plain(mask(withShownUrls(text)), LONGEST_EXCERPT);
  const length = cut ? ", more than 64 kB" : "";
  return `${did}${type}${length}${excerpt === "" ? "" : `: ${JSON.stringify(excerpt)}`}`;
}

/** Returns advice for the usual cause of such a response to a correct delivery. */
export function adviceFor(outcome: Outcome, bytes: number): string {
  if (outcome.kind === "late") return "Store the events, respond, and process the events afterwards.";
  if (outcome.kind === "broken") return "Check the logs of the receiver and of the proxy in front of it.";
  const { status } = outcome;
  if (status === 401 || status === 403) {
    return "Check that the receiver has this key and computes the signature over the raw body.";
  }
  if (status === 413)
    return `Raise the size limit for bodies to more than ${Math.ceil(bytes / 1000)} kB, also in a proxy.`;
  if (status >= 300 && status <= 399)
    return "Use the URL that the receiver redirects to, because ENS follows no redirects.";
  if (status === 404 || status === 405) return "Check the path of the URL, and that POST requests reach the receiver.";
  if (status === 415) return "Accept the content type application/json.";
  if (status === 503) return "Check that the receiver has its signature key, and check its log.";
  return "Return 200, 201, 202, 203 or 204 after the events are stored, and check the log of the receiver.";
}

/** Returns one line without control characters, shortened to `most` characters. */
function plain(text: string, most: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not reach a terminal
  const line = text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
