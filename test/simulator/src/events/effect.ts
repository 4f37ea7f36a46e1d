import type { Clock } from "../clock";
import type { Collection, State, Store, StoredCallback, StoredScheme, StoredSubscription } from "../store";

/** Seconds until a change of such an object shows in deliveries; 0 when left out. */
export type Lag = Partial<Record<Collection, number>>;

const NOTHING: State = { callbacks: [], subscriptions: [], authentications: [] };

/**
 * What deliveries go by: the objects as they were some time ago. New and changed subscriptions and changed callbacks
 * take up to two minutes, changed schemes a few: documented. What is deleted is gone at once, and a signature key
 * counts at once. Source: ENS REST contract §2.4, §2.7, §4, §7.
 */
export class Effect {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #lag: Lag;
  #history: { readonly at: number; readonly state: State }[] = [];

  constructor(store: Store, clock: Clock, lag: Lag) {
    this.#store = store;
    this.#clock = clock;
    this.#lag = lag;
  }

  /** To be told after each change. */
  changed(): void {
    const longest = Math.max(0, ...Object.values(this.#lag));
    if (longest === 0) return;
    this.#history.push({ at: this.#clock.now(), state: structuredClone(this.#store.state) });
    const kept = this.#history.findLastIndex(({ at }) => at <= this.#clock.now() - longest * 1000);
    this.#history = this.#history.slice(Math.max(0, kept));
  }

  /** `undefined` when it does not count yet. */
  subscription(now: StoredSubscription): StoredSubscription | undefined {
    const before = this.#before("subscriptions");
    if (before === undefined) return now;
    const old = before.subscriptions.find(({ subscriptionId }) => subscriptionId === now.subscriptionId);
    if (old === undefined) return undefined;
    const { eventCategoryTypes, filters, status } = old;
    return { ...now, eventCategoryTypes, filters, status };
  }

  callback(now: StoredCallback): StoredCallback {
    const old = this.#before("callbacks")?.callbacks.find(({ callbackId }) => callbackId === now.callbackId);
    if (old === undefined) return now;
    const { authId: _, ...rest } = now;
    const { url, maxBatchSize, authId } = old;
    return { ...rest, url, maxBatchSize, ...(authId === undefined ? {} : { authId }) };
  }

  scheme(authId: string): StoredScheme | undefined {
    const of = (state: State | undefined) => state?.authentications.find((scheme) => scheme.authId === authId);
    return of(this.#before("authentications")) ?? of(this.#store.state);
  }

  clear(): void {
    this.#history = [];
  }

  /** All objects when the lag began; `undefined` without a lag. */
  #before(collection: Collection): State | undefined {
    const lag = this.#lag[collection] ?? 0;
    if (lag === 0) return undefined;
    const since = this.#clock.now() - lag * 1000;
    return this.#history.findLast(({ at }) => at <= since)?.state ?? NOTHING;
  }
}
