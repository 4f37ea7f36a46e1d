import type { History } from "../api/history";
import type { Collection, Store, StoredCallback, StoredScheme, StoredSubscription } from "../store";

/** Seconds until deliveries reflect a change of such an object. Default 0, at most 600. */
export type Lag = Partial<Record<Collection, number>>;

const NAMES: readonly string[] = ["callbacks", "subscriptions", "authentications"] satisfies Collection[];

/** Checks a lag, for example one from a command line. Throws when it is invalid. */
export function checkedLag(lag: Lag): Lag {
  for (const [name, seconds] of Object.entries(lag)) {
    if (!NAMES.includes(name)) throw new Error(`there is no lag for ${name}. Lags exist for ${NAMES.join(", ")}`);
    if (!(seconds >= 0 && seconds <= 600)) throw new Error(`a lag must be 0 to 600 seconds, not ${seconds}`);
  }
  return lag;
}

/**
 * The objects as deliveries see them, which is as they were some time ago. New and changed subscriptions and changed
 * callbacks take up to two minutes to take effect, changed auth schemes a few minutes: documented. Deletions and new
 * signature keys take effect at once. Source: ENS REST contract §2.4, §2.7, §4, §7.
 */
export class Effect {
  readonly #store: Store;
  readonly #before: { readonly [Name in Collection]: Store | undefined };

  constructor(store: Store, history: History, { callbacks = 0, subscriptions = 0, authentications = 0 }: Lag) {
    const before = (seconds: number) => (seconds === 0 ? undefined : history.behind(seconds));
    this.#store = store;
    this.#before = {
      callbacks: before(callbacks),
      subscriptions: before(subscriptions),
      authentications: before(authentications),
    };
  }

  /** The subscription as it is in effect, or `undefined` when it is not in effect yet. */
  subscription(now: StoredSubscription): StoredSubscription | undefined {
    const before = this.#before.subscriptions;
    if (before === undefined) return now;
    const old = before.find("subscriptions", now.mid, now.subscriptionId);
    if (old === undefined) return undefined;
    const { eventCategoryTypes, filters, status } = old;
    return { ...now, eventCategoryTypes, filters, status };
  }

  callback(now: StoredCallback): StoredCallback {
    const old = this.#before.callbacks?.find("callbacks", now.mid, now.callbackId);
    if (old === undefined) return now;
    const { authId: _, ...rest } = now;
    const { url, maxBatchSize, authId } = old;
    return { ...rest, url, maxBatchSize, ...(authId === undefined ? {} : { authId }) };
  }

  /** The scheme that the callback uses. */
  scheme({ authId = "", mid }: StoredCallback): StoredScheme | undefined {
    const before = this.#before.authentications?.find("authentications", mid, authId);
    return before ?? this.#store.find("authentications", mid, authId);
  }
}
