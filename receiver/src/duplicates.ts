import { createHash } from "node:crypto";
import type { EnsEvent } from "./events/types";

/** How long, and for how many events, duplicates are recognized. */
export interface DuplicateWindow {
  /** Default 3600. */
  readonly seconds?: number;
  /** The oldest events are forgotten when there are more. Default 50,000, which takes about 10 MB. */
  readonly mostEvents?: number;
}

/** An event that is known, or is being accepted just now. */
interface Known {
  readonly until: number;
  /** Resolves with whether it was accepted; `undefined` when it has been. */
  pending?: Promise<boolean> | undefined;
}

/**
 * Recognizes events that came before, in this process. ENS delivers at least once, without an id for a delivery or an event,
 * so that two events are the same when all of their fields are. Source: ENS REST contract §6.1, §10.16.
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
   * Hands over what has not been accepted before. An event counts as known only when `accept` has resolved: what a receiver
   * could not store, ENS delivers again. While an event is being accepted, a duplicate of it waits for the outcome.
   *
   * @returns the number of duplicates
   */
  async acceptOnce(events: readonly EnsEvent[], accept: (fresh: EnsEvent[]) => Promise<void>): Promise<number> {
    const digests = new Map(events.map((event) => [digestOf(event), event]));
    // Nothing may wait between the look and the claim below, or two could claim the same event.
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

  /** A `Map` keeps the order in which its entries came, so that the oldest are first. */
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
