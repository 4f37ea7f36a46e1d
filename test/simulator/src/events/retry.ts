import type { Switches } from "../switches";

/** Seconds in which a receiver must answer: 3 in the newest text, 2 before. Documented. Source: §6.1, §6.3. */
export const limitOf = ({ retryProfile }: Switches): number => (retryProfile === "legacy" ? 2 : 3);

/** A deferred batch waits at most so long. Documented. Source: ENS REST contract §6.3. */
const DEFERRED_SECONDS = 600;
/** Documented. Source: §6.3, §7. */
const GIVEN_UP_AFTER_MS = 7 * 86_400_000;

export type Next =
  | { readonly outcome: "waiting" | "deferred"; readonly seconds: number }
  | { readonly outcome: "failed" | "dropped" };

/**
 * What follows when an attempt failed. There are as many immediate attempts as intervals, three: documented; the
 * intervals are assumed. Then the newest text defers the batch for seven days, the older drops it. Source: §6.3, §13 C19.
 */
export function next(switches: Switches, attempts: number, sinceFirstMs: number): Next {
  const seconds = switches.retryIntervals[attempts];
  if (seconds !== undefined) return { outcome: "waiting", seconds };
  if (switches.retryProfile === "legacy") return { outcome: "dropped" };
  const over = sinceFirstMs + DEFERRED_SECONDS * 1000 > GIVEN_UP_AFTER_MS;
  return over ? { outcome: "failed" } : { outcome: "deferred", seconds: DEFERRED_SECONDS };
}

/** From 200 to 204. Documented. Source: §6.1. */
export const acknowledges = (status: number): boolean => status >= 200 && status <= 204;
