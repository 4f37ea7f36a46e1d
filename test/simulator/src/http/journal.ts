export interface Entry {
  /** Milliseconds of the simulator's clock. */
  readonly at: number;
  /** `rest` and `auth` came in, `outbound` went to a customer's server. */
  readonly client: "rest" | "auth" | "outbound";
  readonly method: string;
  /** Without query; outbound ones are whole URLs. */
  readonly path: string;
  /** 0 when there was no answer. */
  readonly status: number;
  /** What was injected, if anything. */
  readonly fault?: string;
}

/** The last requests, without headers and bodies. */
export class Journal {
  readonly #now: () => number;
  readonly #most: number;
  #entries: Entry[] = [];

  constructor(now: () => number, most = 10_000) {
    this.#now = now;
    this.#most = most;
  }

  add(entry: Omit<Entry, "at">): void {
    this.#entries.push({ at: this.#now(), ...entry });
    if (this.#entries.length > this.#most) this.#entries = this.#entries.slice(-Math.ceil(this.#most / 2));
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}
