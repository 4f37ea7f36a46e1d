import { notFound } from "./api/refusal";

export interface StoredCallback {
  callbackId: string;
  callbackName: string;
  url: string;
  maxBatchSize: number;
  authId?: string;
  status: string;
  statusReason: string;
  signatureKey: string;
  /** The old key, which may still sign until the time `until` (milliseconds of the simulator's clock). */
  previousKey?: { readonly signatureKey: string; readonly until: number };
  /** The callback gets no events until this time. */
  suspendedUntil?: number;
  verificationKey: string;
  /** Only a `live` verification key verifies. A `used` key has verified the callback, a `dead` key never will. */
  keyState: "live" | "used" | "dead";
  /** Number of wrong verification keys that were tried. */
  wrongKeys: number;
  /** Time of the simulator's clock, in milliseconds. */
  createdAt: number;
  /** Time of the verification by key, in milliseconds. Not set when an administrator verified the callback. */
  verifiedAt?: number;
  mid: number;
}

export interface StoredSubscription {
  subscriptionId: string;
  subscriptionName: string;
  callbackId: string;
  eventCategoryTypes: string[];
  filters: string[];
  status: string;
  statusReason: string;
  mid: number;
}

export interface StoredScheme {
  authId: string;
  authType: string;
  grantType: string;
  authUrl: string;
  clientId: string;
  clientSecret: string;
  username?: string;
  password?: string;
  scope?: string;
  mid: number;
}

export interface State {
  callbacks: StoredCallback[];
  subscriptions: StoredSubscription[];
  authentications: StoredScheme[];
}
export type Collection = keyof State;

/** Rules between business units, by the MID of a token and the MID of an object's owner. */
export interface Visibility {
  /** Returns whether the token can see the object. */
  sees(mid: number, owner: number): boolean;
  /** Returns whether URLs and names must be unique between the two. */
  competes(mid: number, owner: number): boolean;
}

/** Number of deleted objects that are remembered. */
const MOST_GONE = 10_000;

const IDS = { callbacks: "callbackId", subscriptions: "subscriptionId", authentications: "authId" } as const;

type Tables = { [Name in Collection]: Map<string, State[Name][number]> };

const tables = (): Tables => ({ callbacks: new Map(), subscriptions: new Map(), authentications: new Map() });
const noIds = (): Record<Collection, Set<string>> => ({
  callbacks: new Set(),
  subscriptions: new Set(),
  authentications: new Set(),
});

/**
 * Stores the objects of all business units by id. An object belongs to the business unit (MID) of the token that created
 * it, and is invisible to all others. Documented for most routes. Source: ENS REST contract §6.5.
 */
export class Store {
  readonly #visibility: Visibility;
  #tables = tables();
  /** Subscriptions by callback. */
  #attached = new Map<string, Set<StoredSubscription>>();
  /** Ids of objects that may have changed. */
  #touched = noIds();
  /** The last deleted objects: business unit by collection and id. */
  #gone = new Map<string, number>();
  /** Callbacks whose verification request has no response yet, stored or not. */
  #probed = new Map<string, StoredCallback>();

  constructor(visibility: Visibility) {
    this.#visibility = visibility;
  }

  /** All objects in the order of their creation. */
  get state(): State {
    const { callbacks, subscriptions, authentications } = this.#tables;
    return {
      callbacks: [...callbacks.values()],
      subscriptions: [...subscriptions.values()],
      authentications: [...authentications.values()],
    };
  }

  of<Name extends Collection>(collection: Name, mid: number): State[Name] {
    const { sees } = this.#visibility;
    return [...this.#tables[collection].values()].filter((object) => sees(mid, object.mid)) as State[Name];
  }

  /** Returns the objects among which a URL or a name must be unique. */
  rivals<Name extends Collection>(collection: Name, mid: number): State[Name] {
    const { competes } = this.#visibility;
    const all = new Map<string, State[Collection][number]>(this.#tables[collection]);
    if (collection === "callbacks") for (const [id, callback] of this.#probed) all.set(id, callback);
    return [...all.values()].filter((object) => competes(mid, object.mid)) as State[Name];
  }

  /** Returns the subscriptions of a callback in the order of their creation. */
  attachedTo(callbackId: string): StoredSubscription[] {
    return [...(this.#attached.get(callbackId) ?? [])];
  }

  find<Name extends Collection>(collection: Name, mid: number, id: string): State[Name][number] | undefined {
    const found = this.#tables[collection].get(id.toLowerCase());
    if (found !== undefined) this.touch(collection, id.toLowerCase());
    return found !== undefined && this.#visibility.sees(mid, found.mid) ? found : undefined;
  }

  get<Name extends Collection>(collection: Name, mid: number, id: string): State[Name][number] {
    const found = this.find(collection, mid, id);
    if (found === undefined) throw notFound();
    return found;
  }

  /** Marks an object as changed. Needed when it was read long before the change, for example before a request. */
  touch(collection: Collection, id: string): void {
    this.#touched[collection].add(id);
  }

  /** Returns the objects that were read by id, stored or deleted since the last call. No other object has changed. */
  touched<Name extends Collection>(collection: Name): (readonly [id: string, now: State[Name][number] | undefined])[] {
    const ids = [...this.#touched[collection]];
    this.#touched[collection] = new Set();
    return ids.map((id) => [id, this.#tables[collection].get(id)]);
  }

  add<Name extends Collection>(collection: Name, object: State[Name][number]): void {
    const id = this.idOf(collection, object);
    (this.#tables[collection] as Map<string, State[Name][number]>).set(id, object);
    this.touch(collection, id);
    if ("subscriptionId" in object) this.#attach(object);
  }

  /** Reserves the URL of a callback until `endProbe`, whether the callback is stored or not. */
  beginProbe(callback: StoredCallback): void {
    this.#probed.set(callback.callbackId, callback);
  }

  /** Returns false when the callback was deleted meanwhile. */
  endProbe({ callbackId }: StoredCallback): boolean {
    return this.#probed.delete(callbackId);
  }

  /** Finds a callback whose id is in one of the texts and whose verification request has no response yet. */
  probedIn(...texts: readonly string[]): StoredCallback | undefined {
    if (this.#probed.size === 0) return undefined;
    const lower = texts.map((text) => text.toLowerCase());
    return [...this.#probed.values()].find(({ callbackId }) => lower.some((text) => text.includes(callbackId)));
  }

  has(collection: Collection, id: string): boolean {
    return this.#tables[collection].has(id);
  }

  /** Returns whether an object was deleted recently. */
  wasThere(collection: Collection, mid: number, id: string): boolean {
    return this.#gone.get(`${collection} ${id}`) === mid;
  }

  remove(collection: Collection, id: string): boolean {
    const object = this.#tables[collection].get(id);
    this.touch(collection, id);
    if (collection === "callbacks") this.#probed.delete(id);
    if (object !== undefined) this.#bury(`${collection} ${id}`, object.mid);
    if (object !== undefined && "subscriptionId" in object) this.#attached.get(object.callbackId)?.delete(object);
    return this.#tables[collection].delete(id);
  }

  /** Updates an object as an administrator in Setup does, without the rules of the API. */
  patch(collection: Collection, id: string, fields: object): boolean {
    const found = this.#tables[collection].get(id);
    if (found === undefined) return false;
    const [gone, probed] = [this.#gone, this.#probed];
    Object.assign(found, fields);
    // The ids may have changed too.
    this.restore(this.state);
    this.#gone = gone;
    this.#probed = probed;
    this.touch(collection, id);
    return true;
  }

  idOf(collection: Collection, object: State[Collection][number]): string {
    return String(Reflect.get(object, IDS[collection]));
  }

  /** Creates a store with other objects and the same rules of visibility. */
  like(state: State): Store {
    const store = new Store(this.#visibility);
    store.restore(state);
    return store;
  }

  /** Replaces all objects. */
  restore(state: State): void {
    this.clear();
    for (const object of state.callbacks) this.add("callbacks", object);
    for (const object of state.subscriptions) this.add("subscriptions", object);
    for (const object of state.authentications) this.add("authentications", object);
  }

  clear(): void {
    this.#tables = tables();
    this.#attached = new Map();
    this.#gone = new Map();
    this.#probed = new Map();
  }

  #bury(key: string, mid: number): void {
    this.#gone.set(key, mid);
    const [oldest = ""] = this.#gone.size > MOST_GONE ? this.#gone.keys() : [];
    this.#gone.delete(oldest);
  }

  #attach(subscription: StoredSubscription): void {
    const others = this.#attached.get(subscription.callbackId) ?? new Set();
    this.#attached.set(subscription.callbackId, others.add(subscription));
  }
}
