import type { Clock } from "./clock";
import type { EnsError } from "./errors";
import type { Pace } from "./pace";

const TRIES = 5;
/** A temporary block is an operator's doing: few tries, far apart. Source: ENS REST contract §9.3. */
const BLOCKED = { errorcode: 50200, tries: 3, milliseconds: 15_000 };
const LONGEST_MS = 60_000;
const MOST = 100;

/**
 * How many repeats one client, so one run, may spend: each costs one, each call that works earns a fifth back. A service
 * that refuses everything would otherwise be asked five times for each of a thousand resources.
 */
export class RetryBudget {
  #left = MOST;

  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  earn(): void {
    this.#left = Math.min(MOST, this.#left + 0.2);
  }
}

/**
 * Repeats a call by method and status. A refusal (429, 503) was not carried out and is repeated always; a lost answer
 * (no answer, 5xx) only for methods that may be sent twice: never for POST.
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
    const left = await pace.turn();
    const { value, error, retryAfterSeconds } = await call(tries);
    if (error?.status === 429) pace.throttled(left, longestWait(retryAfterSeconds) ?? 0);
    else pace.worked();
    if (error === undefined) {
      budget.earn();
      return value as T;
    }
    const wait = pause(error, method, tries, retryAfterSeconds);
    if (wait === undefined || !budget.spend()) throw lost && method !== "GET" ? error.afterLostTry() : error;
    lost ||= error.lost;
    await clock.sleep(wait);
  }
}

/** One try: its value, or the error with what the service said about waiting. */
export interface Attempt<T> {
  readonly value?: T;
  readonly error?: EnsError;
  /** From `Retry-After`. */
  readonly retryAfterSeconds?: number | undefined;
}

function longestWait(retryAfterSeconds: number | undefined): number | undefined {
  return retryAfterSeconds === undefined ? undefined : Math.min(retryAfterSeconds * 1000, LONGEST_MS);
}

function pause(error: EnsError, method: string, tries: number, retryAfterSeconds?: number): number | undefined {
  const refused = error.status === 429 || error.status === 503;
  if (!refused && !(error.lost && method !== "POST")) return undefined;
  const blocked = error.errorcode === BLOCKED.errorcode;
  if (tries >= (blocked ? BLOCKED.tries : TRIES)) return undefined;
  const asked = longestWait(retryAfterSeconds);
  if (asked !== undefined) return asked;
  const base = blocked ? BLOCKED.milliseconds : refused ? 2000 : 500;
  const full = Math.min(base * 2 ** (tries - 1), LONGEST_MS);
  return full * (0.75 + Math.random() / 2);
}
