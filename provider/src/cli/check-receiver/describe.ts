import { withShownUrls } from "../../ens/shown-url";
import { shownMs } from "./limits";
import type { Outcome } from "./sender";

const LONGEST_EXCERPT = 80;

/** ENS takes these for "I have it". Source: ENS REST contract §6.1. */
export function isAcknowledged(outcome: Outcome): boolean {
  return outcome.kind === "answer" && outcome.status >= 200 && outcome.status <= 204;
}

export function isSuccess(outcome: Outcome): boolean {
  return outcome.kind === "answer" && outcome.status >= 200 && outcome.status <= 299;
}

export function isRedirect(outcome: Outcome): boolean {
  return outcome.kind === "answer" && outcome.status >= 300 && outcome.status <= 399;
}

/** What the receiver did, to follow "The receiver". */
export function didOf(outcome: Outcome): string {
  const after = `after ${shownMs(outcome.milliseconds)}`;
  if (outcome.kind === "answer") return `returned ${outcome.status} ${after}`;
  if (outcome.kind === "broken") return `did not answer: the connection failed ${after} (${outcome.problem})`;
  return `had sent no complete answer ${after}`;
}

/** What came back, with the beginning of a text in it. `mask` takes secrets out. */
export function receivedOf(outcome: Outcome, mask: (text: string) => string): string {
  const did = didOf(outcome);
  if (outcome.kind === "late") {
    const { sentAfterMs } = outcome;
    return sentAfterMs === undefined ? `${did}; the request was still being sent` : did;
  }
  if (outcome.kind === "broken") return did;
  const { contentType, text, cut } = outcome;
  const type = contentType === "" ? "" : `, ${plain(mask(contentType), LONGEST_EXCERPT)}`;
  const excerpt = plain(mask(withShownUrls(text)), LONGEST_EXCERPT);
  const length = cut ? ", more than 64 kB" : "";
  return `${did}${type}${length}${excerpt === "" ? "" : `: ${JSON.stringify(excerpt)}`}`;
}

/** What usually is the reason for such an answer to a delivery that is in order. */
export function adviceFor(outcome: Outcome, bytes: number): string {
  if (outcome.kind === "late") return "Store the events, answer, and work on them after that.";
  if (outcome.kind === "broken") return "Look into the log of the receiver, and of the proxy in front of it.";
  const { status } = outcome;
  if (status === 401 || status === 403) {
    return "Check that the receiver has this key, and that it computes the signature over the raw body.";
  }
  if (status === 413) return `Raise the limit for bodies, also in a proxy: this one has ${Math.ceil(bytes / 1000)} kB.`;
  if (status >= 300 && status <= 399) return "Give ENS the url to which it redirects: ENS follows no redirect.";
  if (status === 404 || status === 405) return "Check the path of the url, and that POST is routed to the receiver.";
  if (status === 415) return "Accept the content type application/json.";
  if (status === 503) return "Check that the receiver has its signature key already, and look into its log.";
  return "Answer 200, 201, 202, 203 or 204 when the events are stored, and look into the log of the receiver.";
}

/** One line without control characters, cut where it gets too long. */
function plain(text: string, most: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not get to a terminal
  const line = text.replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, " ").trim();
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
