import type { Clock } from "./clock";

/** How long a read may miss a new object, in milliseconds. Assumed. Source: ENS REST contract §11 #37. */
export const READ_LAG_MS = 30_000;
/** How long ENS may still report a deleted association, in milliseconds. Assumed, because other changes take "a few" minutes. */
export const ASSOCIATION_LAG_MS = 180_000;
/** How long ENS may reject subscriptions to a newly verified callback, in milliseconds. Assumed. Source: §11 #38. */
export const VERIFICATION_LAG_MS = 120_000;

/** The party that waits. */
export interface Waiter {
  readonly clock: Clock;
  /** Shows a progress line. */
  report?(line: string): void;
  /** Rejects when the wait must end, for example because the run was canceled. */
  throwIfStopped?(): Promise<void>;
}

/**
 * Returns how much longer a read may miss a change that was made at this time (ISO 8601), in milliseconds. Returns 0 when
 * the time is unknown.
 */
export function readLagLeft({ clock }: Waiter, since: unknown): number {
  const age = clock.now() - Date.parse(String(since));
  return Number.isNaN(age) ? 0 : Math.max(0, READ_LAG_MS - age);
}

const STEPS_MS = [100, 250, 500, 1000, 2000, 5000];
const REPORT_MS = 15_000;

/**
 * Calls `ask` until it returns a value, at increasing intervals. Resolves with `undefined` after `forMilliseconds`. Every 15
 * seconds, the waiter reports what is `awaited`, followed by the `hint` for the elapsed time. Rejects when the waiter was
 * stopped.
 */
export async function poll<T>(
  waiter: Waiter,
  forMilliseconds: number,
  awaited: string,
  ask: () => Promise<T | undefined>,
  hint: (elapsedMs: number) => string = () => "",
): Promise<T | undefined> {
  const start = waiter.clock.now();
  let reported = start;
  for (let tries = 0; ; tries += 1) {
    const value = await ask();
    if (value !== undefined) return value;
    const now = waiter.clock.now();
    const left = start + forMilliseconds - now;
    if (left <= 0) return undefined;
    if (now - reported >= REPORT_MS) {
      reported = now;
      waiter.report?.(`waiting for ${awaited}, ${Math.round((now - start) / 1000)} s so far${hint(now - start)}`);
    }
    const step = STEPS_MS[Math.min(tries, STEPS_MS.length - 1)] as number;
    await waiter.clock.sleep(Math.min(left, step, reported + REPORT_MS - now));
    await waiter.throwIfStopped?.();
  }
}
