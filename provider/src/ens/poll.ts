import type { Clock } from "./clock";

/** A read may miss an object that was made just now. Assumed. Source: ENS REST contract §11 #37. */
export const READ_LAG_MS = 30_000;
/** How long ENS may still know of an association that is gone. Assumed: other changes take two minutes, or "a few". */
export const ASSOCIATION_LAG_MS = 180_000;
/** How long a verified callback may still be refused to a new subscription. Assumed. Source: §11 #38. */
export const VERIFICATION_LAG_MS = 120_000;

/** Who waits. */
export interface Waiter {
  readonly clock: Clock;
  /** Tells a person what is awaited. */
  report?(line: string): void;
  /** Rejects when waiting is of no use any more. */
  throwIfStopped?(): Promise<void>;
}

/** How much longer a read may miss what happened at this time (ISO 8601), in milliseconds; none where nobody knows when. */
export function readLagLeft({ clock }: Waiter, since: unknown): number {
  const age = clock.now() - Date.parse(String(since));
  return Number.isNaN(age) ? 0 : Math.max(0, READ_LAG_MS - age);
}

const STEPS_MS = [100, 250, 500, 1000, 2000, 5000];
const TELL_MS = 15_000;

/**
 * Asks until there is a value or the time is up (`undefined`), a little less often each time.
 * `awaited` says what for; whoever waits is told each quarter of a minute. Rejects when the waiter must not go on.
 */
export async function poll<T>(
  waiter: Waiter,
  forMilliseconds: number,
  awaited: string,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const start = waiter.clock.now();
  let told = start;
  for (let tries = 0; ; tries += 1) {
    const value = await ask();
    if (value !== undefined) return value;
    const now = waiter.clock.now();
    const left = start + forMilliseconds - now;
    if (left <= 0) return undefined;
    if (now - told >= TELL_MS) {
      told = now;
      waiter.report?.(`waiting for ${awaited}, ${Math.round((now - start) / 1000)} s so far`);
    }
    const step = STEPS_MS[Math.min(tries, STEPS_MS.length - 1)] as number;
    await waiter.clock.sleep(Math.min(left, step, told + TELL_MS - now));
    await waiter.throwIfStopped?.();
  }
}
