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
  verificationKey: string;
  /** The verification key was used. */
  keyUsed: boolean;
  /** Milliseconds of the simulator's clock. */
  createdAt: number;
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

const IDS = { callbacks: "callbackId", subscriptions: "subscriptionId", authentications: "authId" } as const;

/**
 * All objects of all business units. An object belongs to the business unit (MID) of the token that made it, and is
 * not there for any other. Documented for most routes. Source: ENS REST contract §6.5.
 */
export class Store {
  #state: State = { callbacks: [], subscriptions: [], authentications: [] };

  get state(): State {
    return this.#state;
  }

  of<Name extends Collection>(collection: Name, mid: number): State[Name] {
    return this.#state[collection].filter((object) => object.mid === mid) as State[Name];
  }

  find<Name extends Collection>(collection: Name, mid: number, id: string): State[Name][number] | undefined {
    return this.of(collection, mid).find((object) => idOf(collection, object) === id.toLowerCase());
  }

  get<Name extends Collection>(collection: Name, mid: number, id: string): State[Name][number] {
    const found = this.find(collection, mid, id);
    if (found === undefined) throw notFound();
    return found;
  }

  add<Name extends Collection>(collection: Name, object: State[Name][number]): void {
    (this.#state[collection] as unknown[]).push(object);
  }

  remove(collection: Collection, id: string): boolean {
    const kept = this.#state[collection].filter((object) => idOf(collection, object) !== id);
    const removed = kept.length < this.#state[collection].length;
    Object.assign(this.#state, { [collection]: kept });
    return removed;
  }

  /** Changes an object as an administrator in Setup does, without any of the API's rules. */
  patch(collection: Collection, id: string, fields: object): boolean {
    const found = this.#state[collection].find((object) => idOf(collection, object) === id);
    if (found !== undefined) Object.assign(found, fields);
    return found !== undefined;
  }

  clear(): void {
    this.#state = { callbacks: [], subscriptions: [], authentications: [] };
  }
}

function idOf(collection: Collection, object: State[Collection][number]): string {
  return String(Reflect.get(object, IDS[collection]));
}
