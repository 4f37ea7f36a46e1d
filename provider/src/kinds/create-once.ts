import { EnsError } from "../ens/errors";
import { poll, READ_LAG_MS } from "../ens/poll";
import type { Run } from "../run/run";

/** How long an object is looked for whose creation nobody confirmed. */
const LOST_MS = 5000;
const TRIES = 3;

/** How a kind creates an object of which ENS takes one property once: a name, or a url. */
export interface Creation<Found, Created> {
  /** What is looked for, for the person who waits. */
  readonly awaited: string;
  post(): Promise<Created>;
  /** What ENS has that bears the property; `undefined` when there is nothing. */
  find(): Promise<Found | undefined>;
  /** Whether ENS says that the property is taken. */
  isTaken(error: unknown): boolean;
  /** Whether what is there may show late, also when no answer was lost. */
  mayShowLate(error: unknown): boolean;
  /** Decides what is to be made of a failure: the object, `undefined` for another try, or an error. */
  decide(failure: Failed<Found>): Promise<Created | undefined>;
}

export interface Failed<Found> {
  readonly error: unknown;
  readonly found: Found | undefined;
  /** The answer of this try was lost. */
  readonly isLost: boolean;
  /** The answer of this or an earlier try was lost, so that what is found may be ours. */
  readonly wasLost: boolean;
  readonly isLastTry: boolean;
}

/**
 * Creates an object by a POST whose answer may be lost: then ENS is asked what is there. ENS takes the property once, so
 * that after a look another try cannot create a second object. Source: ENS REST contract §9.5.
 */
export async function createOnce<Found, Created>(run: Run, creation: Creation<Found, Created>): Promise<Created> {
  let wasLost = false;
  for (let tries = 1; ; tries += 1) {
    try {
      return await creation.post();
    } catch (error) {
      const isLost = error instanceof EnsError && error.lost;
      if (!isLost && !creation.isTaken(error)) throw error;
      const patience = isLost ? LOST_MS : wasLost || creation.mayShowLate(error) ? READ_LAG_MS : 0;
      wasLost ||= isLost;
      const found = await poll(run, patience, creation.awaited, creation.find);
      const isLastTry = tries >= TRIES;
      if (found === undefined && isLost && !isLastTry) continue;
      const created = await creation.decide({ error, found, isLost, wasLost, isLastTry });
      if (created !== undefined) return created;
    }
  }
}
