import { createHash } from "node:crypto";
import type { EnsEvent } from "./events/types";

/** Limits within which duplicates are recognized. */
export interface DuplicateWindow {
  /** How long an event is remembered, in seconds. Default: 3600. */
  readonly seconds?: number;
  /** How many events are remembered. Default: 50,000, which need about 10 MB. */
  readonly mostEvents?: number;
}

/** An event that was accepted or is being accepted. */
interface Known {
  readonly until: number;
  /** Resolves with whether the event was accepted; `undefined` once it was accepted. */
  pending?: Promise<boolean> | undefined;
}

/**
 * Recognizes events that this process has already received. ENS delivers each event at least once, without an id for a
 * delivery or an event. Two events count as the same when all of their fields are equal. Source: ENS REST contract §6.1, §10.16.
 */
export class Duplicates {
  readonly #milliseconds: number;
  readonly #mostEvents: number;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();

  constructor({ seconds = 3600, mostEvents = 50_000 }: DuplicateWindow, now: () => number) {
    this.#milliseconds = seconds * 1000;
    this.#mostEvents = mostEvents;
    this.#now = now;
  }

  /**
   * Passes events that were not accepted before to `accept`. An event is remembered only after `accept` has resolved, because
   * ENS repeats events that a receiver could not store. A duplicate of an event that is being accepted waits for the result.
   *
   * @returns The number of duplicates.
   */
  async acceptOnce(events: readonly EnsEvent[], accept: (fresh: EnsEvent[]) => Promise<void>): Promise<number> {
    const digests = new Map(events.map((event) => [digestOf(event), event]));
    // There must be no await between this check and the claim below. Otherwise two calls could claim the same event.
    for (let pending = this.#pendingOf(digests.keys()); pending.length > 0; pending = this.#pendingOf(digests.keys())) {
      await Promise.all(pending);
    }
    const now = this.#now();
    const fresh = new Map([...digests].filter(([digest]) => (this.#known.get(digest)?.until ?? 0) <= now));
    if (fresh.size === 0) return events.length;
    const accepted = accept([...fresh.values()]);
    const pending = accepted.then(
      () => true,
      () => false,
    );
    const until = now + this.#milliseconds;
    for (const digest of fresh.keys()) this.#known.set(digest, { until, pending });
    void pending.then((done) => {
      for (const digest of fresh.keys()) {
        if (!done) this.#known.delete(digest);
        else this.#known.set(digest, { until });
      }
      this.#forget();
    });
    await accepted;
    return events.length - fresh.size;
  }

  #pendingOf(digests: Iterable<string>): Promise<boolean>[] {
    return [...digests].flatMap((digest) => this.#known.get(digest)?.pending ?? []);
  }

  /** Removes old events. A `Map` keeps the order of insertion, so the oldest events come first. */
  #forget(): void {
    const now = this.#now();
    for (const [digest, { until, pending }] of this.#known) {
      if (pending === undefined && until > now && this.#known.size <= this.#mostEvents) return;
      if (pending === undefined) this.#known.delete(digest);
    }
  }
}

function digestOf(event: EnsEvent): string {
  return createHash("sha256").update(JSON.stringify(event)).digest("base64").slice(0, 22);
}
