import type { Clock } from "./clock";

const WINDOW_MS = 1000;
/** Number of 429 responses within a second that slow this client down. A single one is ignored. */
const THROTTLED_COUNT = 2;
/** Lowest rate, in requests per second. */
const LEAST = 5;
/** Longest time that one request waits before it is sent. */
const LONGEST_MS = 60_000;
/** Share of the last successful rate that is used after throttling. */
const BACK = 0.9;

/**
 * Limits the request rate of one client. Requests are not delayed until ENS returns 429 repeatedly. After that, requests
 * are spaced out at slightly less than the rate that succeeded. The rate then rises again: slowly near the rate that was
 * too high, because each 429 costs seconds, and quickly elsewhere. ENS publishes no limit.
 * Source: ENS REST contract §9.3.
 */
export class Pace {
  readonly #clock: Clock;
  /** Times of successful and of throttled requests within the last second. */
  readonly #succeeded: number[] = [];
  readonly #throttled: number[] = [];
  /** Requests per second, and the time at which that rate applied. */
  #rate = Number.POSITIVE_INFINITY;
  #since = 0;
  /** The rate at which ENS throttled requests. */
  #ceiling = Number.POSITIVE_INFINITY;
  /** When the next request may be sent. */
  #next = 0;
  /** When the rate last changed. Responses to requests sent before that say nothing about the current rate. */
  #changed = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits until the next request may be sent. Resolves with the time at which it is sent. */
  async waitForTurn(): Promise<number> {
    const now = this.#clock.now();
    if (this.#rate === Number.POSITIVE_INFINITY) return now;
    // The limit keeps a run from waiting for hours after the system clock was set back.
    const at = Math.min(Math.max(now, this.#next), now + LONGEST_MS);
    this.#next = at + 1000 / this.#rateAt(at);
    if (at > now) await this.#clock.sleep(at - now);
    return this.#clock.now();
  }

  /** Records a response that is not a 429. */
  recordSuccess(): void {
    this.#succeeded.push(this.#clock.now());
    this.#forget(this.#succeeded);
  }

  /**
   * Records a 429.
   *
   * @param left When the request was sent.
   * @param waitMs How long ENS asks to wait; 0 if it does not say.
   */
  recordThrottled(left: number, waitMs: number): void {
    const now = this.#clock.now();
    this.#throttled.push(now);
    this.#forget(this.#throttled);
    if (this.#throttled.length < THROTTLED_COUNT) return;
    this.#next = Math.max(this.#next, now + waitMs);
    if (left < this.#changed) return;
    this.#forget(this.#succeeded);
    const count = this.#succeeded.length;
    this.#ceiling = Math.max(LEAST, Math.min(count, this.#rateAt(now)));
    this.#rate = Math.max(LEAST, BACK * this.#ceiling);
    // Schedules the next request as if those of the last second had been sent at the new rate.
    const due = (this.#succeeded[0] ?? now) + (1000 * count) / this.#rate;
    this.#next = Math.max(this.#next, due);
    this.#since = this.#next;
    this.#changed = this.#next;
  }

  #rateAt(time: number): number {
    const seconds = Math.max(0, time - this.#since) / 1000;
    this.#since = Math.max(this.#since, time);
    const share = this.#rate / this.#ceiling;
    const growth = share < BACK || share > 1.1 ? 0.5 : 0.01;
    if (seconds > 0) this.#rate *= (1 + growth) ** seconds;
    return this.#rate;
  }

  /** Removes times that are more than a second ago. */
  #forget(times: number[]): void {
    const limit = this.#clock.now() - WINDOW_MS;
    while ((times[0] ?? limit + 1) <= limit) times.shift();
  }
}
