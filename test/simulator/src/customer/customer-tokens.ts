import type { Clock } from "../clock";
import type { StoredScheme } from "../store";
import type { Switches } from "../switches";
import { requestToken } from "./customer-token";
import type { Outbound } from "./outbound";

interface Held {
  readonly token: Promise<string | undefined>;
  /** Milliseconds of the simulator's clock. */
  until: number;
}

/**
 * Caches tokens of customers' authorization servers until their `expires_in`. A token without it is not cached.
 * Simultaneous deliveries share one request. A changed auth scheme gets new tokens. Assumed. Source: §11 #46.
 */
export class CustomerTokens {
  readonly #held = new Map<string, Held>();
  readonly #outbound: Outbound;
  readonly #clock: Clock;
  readonly #switches: Switches;

  constructor(outbound: Outbound, clock: Clock, switches: Switches) {
    this.#outbound = outbound;
    this.#clock = clock;
    this.#switches = switches;
  }

  /** Returns a token for an auth scheme, or `undefined` when the server issues none. */
  async of(scheme: StoredScheme): Promise<string | undefined> {
    if (this.#switches.tokenCache === "off") return (await requestToken(this.#outbound, scheme))?.token;
    const key = JSON.stringify(scheme);
    const held = this.#held.get(key);
    return held !== undefined && this.#clock.now() < held.until ? held.token : this.#ask(key, scheme);
  }

  /** Drops a token that the receiver rejected. Observed. Source: ENS REST contract §5.4. */
  async refused(scheme: StoredScheme, token: string): Promise<void> {
    const key = JSON.stringify(scheme);
    const held = this.#held.get(key);
    if ((await held?.token) === token && this.#held.get(key) === held) this.#held.delete(key);
  }

  clear(): void {
    this.#held.clear();
  }

  #ask(key: string, scheme: StoredScheme): Promise<string | undefined> {
    const token = requestToken(this.#outbound, scheme).then((granted) => {
      if (granted?.seconds === undefined) this.#held.delete(key);
      else held.until = this.#clock.now() + granted.seconds * 1000;
      return granted?.token;
    });
    const held: Held = { token, until: Number.POSITIVE_INFINITY };
    this.#held.set(key, held);
    return token;
  }
}
