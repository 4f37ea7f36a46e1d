import type { Clock } from "../clock";
import type { Collection, State, Store } from "../store";

type Stored = State[Collection][number];

/** An object as it was from `at` on; `undefined` when it was deleted then. */
interface Version {
  readonly at: number;
  readonly object: Stored | undefined;
}

/** The longest lag that reads can have; older versions are forgotten. */
const LONGEST_MS = 600_000;
const COLLECTIONS = ["callbacks", "subscriptions", "authentications"] as const;

/**
 * What reads see: the objects as they were some seconds ago. Whether the control plane has such a lag is open; another
 * API of the platform shows new objects after about 8 s. Source: ENS REST contract §11 #37.
 */
export class History {
  readonly #store: Store;
  readonly #clock: Clock;
  #versions = histories();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** To be told after each request that may have changed something; `at`, when that was long ago. */
  changed(at = this.#clock.now()): void {
    const state = this.#store.state;
    for (const collection of COLLECTIONS) {
      const versions = this.#versions[collection];
      const gone = new Set(versions.keys());
      for (const object of state[collection]) {
        const id = this.#store.idOf(collection, object);
        gone.delete(id);
        const history = versions.get(id) ?? [];
        if (same(history.at(-1)?.object, object)) continue;
        versions.set(id, this.#pruned([...history, { at, object: copied(object) }]));
      }
      for (const id of gone) {
        const history = versions.get(id) ?? [];
        const last = history.at(-1);
        if (last?.object !== undefined) versions.set(id, [...history, { at, object: undefined }]);
        else if (last === undefined || last.at < this.#clock.now() - LONGEST_MS) versions.delete(id);
      }
    }
  }

  /** The objects as reads see them that lag behind by so many seconds. */
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
  }

  /** Without those that no lag reaches any more. */
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

/** Lists in objects are replaced, never changed. */
const copied = (object: Stored): Stored => ({ ...object });

function same(one: Stored | undefined, other: Stored): boolean {
  if (one === undefined) return false;
  const keys = Object.keys(other);
  return (
    keys.length === Object.keys(one).length && keys.every((key) => Reflect.get(one, key) === Reflect.get(other, key))
  );
}
