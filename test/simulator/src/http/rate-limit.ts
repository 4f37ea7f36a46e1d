import type { Fault } from "./fault";

const WINDOW_MS = 1000;
/** Documented, except the number of seconds. Source: ENS REST contract §9.3. */
const REFUSAL: Fault = { kind: "status", status: 429, errorcode: 50100, retryAfter: 1 };

/** Counts the requests of each business unit. ENS publishes no limit, so the switch `rateLimit` is 0 by default. */
export class RateLimit {
  readonly #taken = new Map<number | undefined, number[]>();

  /** Returns the error for a request at the time `now` (milliseconds), or `undefined` when it is accepted and counted. */
  meet(account: number | undefined, most: number, now: number): Fault | undefined {
    if (most === 0) return undefined;
    const taken = (this.#taken.get(account) ?? []).filter((time) => time > now - WINDOW_MS);
    this.#taken.set(account, taken);
    if (taken.length >= most) return REFUSAL;
    taken.push(now);
    return undefined;
  }

  clear(): void {
    this.#taken.clear();
  }
}
