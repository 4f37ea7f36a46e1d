import { isVerified } from "../../ens/callback-status";
import type { Cell } from "./table";

/** How an object's status is to be taken: it works, it waits for somebody, or it is broken. */
export type Tone = "good" | "waiting" | "bad";

const COLOURS = { good: "green", waiting: "yellow", bad: "red" } as const;

/** ENS's words are open. What is neither verified nor on its way there delivers nothing. Source: ENS REST contract §11 #18. */
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
