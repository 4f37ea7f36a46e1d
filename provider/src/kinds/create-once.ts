import { EnsError } from "../ens/errors";
import { poll, READ_LAG_MS } from "../ens/poll";
import type { Run } from "../run/run";

/** How long to look for an object after the response to its creation was lost. */
const LOST_MS = 5000;
const TRIES = 3;

/** How a kind creates an object with a property whose values ENS accepts once: a name or a URL. */
export interface Creation<Found, Created> {
  /** The object to look for, in words for a progress message. */
  readonly awaited: string;
  post(): Promise<Created>;
  /** Returns the object in ENS with this value of the property; `undefined` if there is none. */
  find(): Promise<Found | undefined>;
  /** Whether ENS rejected the value because another object uses it. */
  isTaken(error: unknown): boolean;
  /** Whether ENS may show the existing object with a delay, even if no response was lost. */
  mayShowLate(error: unknown): boolean;
  /** Handles a failure. Returns the object, or `undefined` to try again, or throws. */
  decide(failure: Failed<Found>): Promise<Created | undefined>;
}

export interface Failed<Found> {
  readonly error: unknown;
  readonly found: Found | undefined;
  /** Whether the response to this attempt was lost. */
  readonly isLost: boolean;
  /**
   * Whether the response to this or an earlier attempt was lost, so that this run may have created the found object.
   */
  readonly wasLost: boolean;
  readonly isLastTry: boolean;
}

/**
 * Creates an object with a POST whose response may be lost. After a lost response, the function looks for the object in
 * ENS. Another attempt cannot create a second object, because ENS accepts the value of the property only once.
 * Source: ENS REST contract §9.5.
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
