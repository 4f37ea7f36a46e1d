import { isVerified } from "../../ens/callback-status";
import type { Cell } from "./table";

/** Severity of an object's status: it works, it waits for an action, or it is broken. */
export type Tone = "good" | "waiting" | "bad";

const COLOURS = { good: "green", waiting: "yellow", bad: "red" } as const;

/**
 * Returns the severity of a callback's status. ENS may return statuses that are not documented. A callback that is neither
 * verified nor waiting for its verification delivers nothing. Source: ENS REST contract §11 #18.
 */
export function toneOfCallback(status: string | null | undefined): Tone {
  if (isVerified(status)) return "good";
  return !status || /^(unverified|pending)/i.test(status) ? "waiting" : "bad";
}

export function toneOfSubscription(status: string): Tone {
  if (status === "active") return "good";
  return status === "paused" ? "waiting" : "bad";
}

export function statusCell(status: string | null | undefined, tone: Tone): Cell {
  return { text: status ?? "unknown", paint: COLOURS[tone] };
}
