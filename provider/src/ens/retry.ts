import type { Clock } from "./clock";
import type { EnsError } from "./errors";
import type { Pace } from "./pace";

const TRIES = 5;
/** ENS returns this code when an operator blocks a client, so only few attempts are made, far apart. Source: ENS REST contract §9.3. */
const BLOCKED = { errorcode: 50200, tries: 3, milliseconds: 15_000 };
const LONGEST_MS = 60_000;
const MOST_RETRIES = 100;

/**
 * Limits the retries of one client and thereby of one run. Each retry costs 1, and each successful request earns 0.2. Without
 * the limit, a service that rejects everything would get five requests for each of a thousand resources.
 */
export class RetryBudget {
  #left = MOST_RETRIES;

  /** Takes one retry. Returns false when none is left. */
  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** Records a successful request. */
  earn(): void {
    this.#left = Math.min(MOST_RETRIES, this.#left + 0.2);
  }
}

/**
 * Sends a request and retries it, depending on method and status. A 429 or 503 was not processed, so any method is retried.
 * When the response was lost (no response, or another 5xx), only methods that may be sent twice are retried, never POST.
 * Source: ENS REST contract §9.5.
 */
export async function retry<T>(
  clock: Clock,
  budget: RetryBudget,
  pace: Pace,
  method: string,
  call: (attempt: number) => Promise<Attempt<T>>,
): Promise<T> {
  let lost = false;
  for (let tries = 1; ; tries += 1) {
    const left = await pace.waitForTurn();
    const { value, error, retryAfterSeconds } = await call(tries);
    if (error?.status === 429) pace.recordThrottled(left, longestWait(retryAfterSeconds) ?? 0);
    else pace.recordSuccess();
    if (error === undefined) {
      budget.earn();
      return value as T;
    }
    const wait = retryDelay(error, method, tries, retryAfterSeconds);
    if (wait === undefined || !budget.spend()) throw lost && method !== "GET" ? error.markLost() : error;
    lost ||= error.lost;
    await clock.sleep(wait);
  }
}

/** Result of one attempt: the value, or the error together with the wait that ENS asks for. */
export interface Attempt<T> {
  readonly value?: T;
  readonly error?: EnsError;
  /** From `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
}

function longestWait(retryAfterSeconds: number | undefined): number | undefined {
  return retryAfterSeconds === undefined ? undefined : Math.min(retryAfterSeconds * 1000, LONGEST_MS);
}

/** Returns how long to wait before a retry, in milliseconds; `undefined` when the request must not be retried. */
function retryDelay(error: EnsError, method: string, tries: number, retryAfterSeconds?: number): number | undefined {
  const rejected = error.status === 429 || error.status === 503;
  if (!rejected && !(error.lost && method !== "POST")) return undefined;
  const blocked = error.errorcode === BLOCKED.errorcode;
  if (tries >= (blocked ? BLOCKED.tries : TRIES)) return undefined;
  const asked = longestWait(retryAfterSeconds);
  if (asked !== undefined) return asked;
  const base = blocked ? BLOCKED.milliseconds : rejected ? 2000 : 500;
  const full = Math.min(base * 2 ** (tries - 1), LONGEST_MS);
  return full * (0.75 + Math.random() / 2);
}
