import type { Clock } from "./clock";

const WINDOW_MS = 1000;
/** One refusal is an accident. So many within a second say that all calls together are too fast. */
const ENOUGH = 2;
/** Calls a second that are never too fast. */
const LEAST = 5;
/** Longest that one call waits for its turn. */
const LONGEST_MS = 60_000;
/** Of the rate at which calls worked, what is tried after a refusal. */
const BACK = 0.9;

/**
 * How fast one client calls. Nothing is slowed down until ENS refuses calls because there are too many (429). Then all
 * calls wait for their turn, at a little less than the rate at which they worked, and the rate rises again: slowly near
 * the one that was too fast, because each refused call costs seconds, and quickly elsewhere.
 * ENS publishes no limit. Source: ENS REST contract §9.3.
 */
export class Pace {
  readonly #clock: Clock;
  /** Times of calls that worked and of calls that were refused, within the last second. */
  readonly #worked: number[] = [];
  readonly #refused: number[] = [];
  /** Calls a second, and when that was so. */
  #rate = Number.POSITIVE_INFINITY;
  #since = 0;
  /** The rate that was too fast. */
  #ceiling = Number.POSITIVE_INFINITY;
  /** When the next call may leave. */
  #next = 0;
  /** Calls that left before it say nothing of the present rate. */
  #changed = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when one more call may leave, with the time at which it does. */
  async turn(): Promise<number> {
    const now = this.#clock.now();
    if (this.#rate === Number.POSITIVE_INFINITY) return now;
    // A clock that was set back must not make a run wait for hours.
    const at = Math.min(Math.max(now, this.#next), now + LONGEST_MS);
    this.#next = at + 1000 / this.#rateAt(at);
    if (at > now) await this.#clock.sleep(at - now);
    return this.#clock.now();
  }

  /** A call got an answer that is no refusal. */
  worked(): void {
    this.#worked.push(this.#clock.now());
    this.#forget(this.#worked);
  }

  /**
   * A call was refused because there are too many.
   *
   * @param left When it left.
   * @param waitMs How long ENS asks to wait; 0 where it does not say.
   */
  throttled(left: number, waitMs: number): void {
    const now = this.#clock.now();
    this.#refused.push(now);
    this.#forget(this.#refused);
    if (this.#refused.length < ENOUGH) return;
    this.#next = Math.max(this.#next, now + waitMs);
    if (left < this.#changed) return;
    this.#forget(this.#worked);
    const count = this.#worked.length;
    this.#ceiling = Math.max(LEAST, Math.min(count, this.#rateAt(now)));
    this.#rate = Math.max(LEAST, BACK * this.#ceiling);
    // As if the calls of the last second had left at the new rate.
    const due = (this.#worked[0] ?? now) + (1000 * count) / this.#rate;
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

  /** What is longer ago than a second. */
  #forget(times: number[]): void {
    const limit = this.#clock.now() - WINDOW_MS;
    while ((times[0] ?? limit + 1) <= limit) times.shift();
  }
}
