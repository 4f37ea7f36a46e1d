import type { StoredCallback } from "../store";
import type { Switches } from "../switches";

const MINUTE_MS = 60_000;
/** Documented. Source: ENS REST contract §6.3. */
const WINDOW_MS = 5 * MINUTE_MS;
const FIRST_MS = 10 * MINUTE_MS;
const LONGEST_MS = 60 * MINUTE_MS;

/** Returns whether the callback is suspended. Only the older documentation has suspensions. Source: §6.3, §11.3 A24. */
export function isSuspended(
  { suspendedUntil = 0 }: StoredCallback,
  { retryProfile }: Pick<Switches, "retryProfile">,
  now: number,
): boolean {
  return retryProfile === "legacy" && now < suspendedUntil;
}

/**
 * Counts failed batches by callback. Two in a row within five minutes suspend the callback for ten minutes, and a later
 * failure for longer, up to an hour: documented. Counting batches instead of attempts, and doubling the time, are
 * assumed. Source: §6.3.
 */
export class Suspensions {
  readonly #records = new Map<string, { lastFailure: number; times: number }>();

  succeeded({ callbackId }: StoredCallback): void {
    this.#records.delete(callbackId);
  }

  failed(callback: StoredCallback, now: number): void {
    if (now < (callback.suspendedUntil ?? 0)) return;
    const record = this.#records.get(callback.callbackId);
    const again = record !== undefined && (record.times > 0 || now - record.lastFailure <= WINDOW_MS);
    const times = again ? record.times + 1 : 0;
    this.#records.set(callback.callbackId, { lastFailure: now, times });
    if (again) callback.suspendedUntil = now + Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS);
  }

  clear(): void {
    this.#records.clear();
  }
}
