import type { Switches } from "../switches";

/** Seconds in which a receiver must respond: 3 in the current documentation, 2 before. Documented. Source: §6.1, §6.3. */
export const limitOf = ({ retryProfile }: Switches): number => (retryProfile === "legacy" ? 2 : 3);

/** The longest wait of a deferred batch, in seconds. Documented. Source: ENS REST contract §6.3. */
const DEFERRED_SECONDS = 600;
/** Documented. Source: §6.3, §7. */
const GIVEN_UP_AFTER_MS = 7 * 86_400_000;

export type Next =
  | { readonly outcome: "waiting" | "deferred"; readonly seconds: number }
  | { readonly outcome: "failed" | "dropped" };

/**
 * Decides what follows a failed attempt. There are three immediate attempts, one per interval: documented. The intervals
 * are assumed. After these, the current documentation defers the batch for up to seven days, and the older one drops it.
 * Source: §6.3, §13 C19.
 */
export function afterFailure(switches: Switches, attempts: number, sinceFirstMs: number): Next {
  const seconds = switches.retryIntervals[attempts];
  if (seconds !== undefined) return { outcome: "waiting", seconds };
  if (switches.retryProfile === "legacy") return { outcome: "dropped" };
  const over = sinceFirstMs + DEFERRED_SECONDS * 1000 > GIVEN_UP_AFTER_MS;
  return over ? { outcome: "failed" } : { outcome: "deferred", seconds: DEFERRED_SECONDS };
}

/** Returns whether a status acknowledges a delivery: 200 to 204. Documented. Source: §6.1. */
export const isAcknowledged = (status: number): boolean => status >= 200 && status <= 204;
