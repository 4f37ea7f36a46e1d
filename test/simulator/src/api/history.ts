import type { Clock } from "../clock";
import type { Collection, State, Store } from "../store";

type Stored = State[Collection][number];

/** An object as it was from the time `at` on, or `undefined` when it was deleted at that time. */
interface Version {
  readonly at: number;
  readonly object: Stored | undefined;
}

/** The longest delay of reads. Older versions are forgotten. */
const LONGEST_MS = 600_000;
const COLLECTIONS = ["callbacks", "subscriptions", "authentications"] as const;

/**
 * Keeps old versions of objects, so that reads can show them as they were some seconds ago. Whether ENS has such a delay
 * is open. Another API of the platform shows new objects after about 8 s. Source: ENS REST contract §11 #37.
 */
export class History {
  readonly #store: Store;
  readonly #clock: Clock;
  #versions = histories();
  /** The last deletions, the oldest first. */
  #deleted: { readonly at: number; readonly collection: Collection; readonly id: string }[] = [];

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Records changes. Must be called after each request that may have changed something. `at` is the time of the change. */
  changed(at = this.#clock.now()): void {
    for (const collection of COLLECTIONS) {
      for (const [id, object] of this.#store.touched(collection)) this.#note(collection, id, object, at);
    }
    const since = this.#clock.now() - LONGEST_MS;
    for (let first = this.#deleted[0]; first !== undefined && first.at < since; first = this.#deleted[0]) {
      this.#deleted.shift();
      const { collection, id } = first;
      if (this.#versions[collection].get(id)?.at(-1)?.object === undefined) this.#versions[collection].delete(id);
    }
  }

  #note(collection: Collection, id: string, object: Stored | undefined, at: number): void {
    const history = this.#versions[collection].get(id) ?? [];
    const last = history.at(-1)?.object;
    if (same(last, object)) return;
    this.#versions[collection].set(id, this.#pruned([...history, { at, object: object && copied(object) }]));
    if (object === undefined) this.#deleted.push({ at, collection, id });
  }

  /** Returns the objects as they were so many seconds ago. */
  behind(seconds: number): Store {
    if (seconds === 0) return this.#store;
    const until = this.#clock.now() - Math.min(seconds * 1000, LONGEST_MS);
    const seen = <Name extends Collection>(collection: Name): State[Name] =>
      [...this.#versions[collection].values()].flatMap((versions) => {
        const object = versions.findLast(({ at }) => at <= until)?.object;
        return object === undefined ? [] : [object];
      }) as State[Name];
    return this.#store.like({
      callbacks: seen("callbacks"),
      subscriptions: seen("subscriptions"),
      authentications: seen("authentications"),
    });
  }

  clear(): void {
    this.#versions = histories();
    this.#deleted = [];
  }

  /** Drops the versions that are older than the longest delay. */
  #pruned(history: Version[]): Version[] {
    const since = this.#clock.now() - LONGEST_MS;
    return history.slice(
      Math.max(
        0,
        history.findLastIndex(({ at }) => at <= since),
      ),
    );
  }
}

function histories(): Record<Collection, Map<string, Version[]>> {
  return { callbacks: new Map(), subscriptions: new Map(), authentications: new Map() };
}

/** A shallow copy is enough, because lists in objects are replaced and never changed. */
const copied = (object: Stored): Stored => ({ ...object });

function same(one: Stored | undefined, other: Stored | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const keys = Object.keys(other);
  return (
    keys.length === Object.keys(one).length && keys.every((key) => Reflect.get(one, key) === Reflect.get(other, key))
  );
}
