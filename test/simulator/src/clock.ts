interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** A request did not end within its limit. */
export class LimitPassed extends Error {}

/**
 * The service's time, and what is due at some time of it. `frozen` stands still until it is advanced; `real` runs on,
 * and can be advanced too. Advancing goes from one due task to the next, so that hours pass in a moment and in order.
 */
export class Clock {
  readonly mode: "real" | "frozen";
  readonly #frozenAt: number | undefined;
  #advanced = 0;
  #tasks: Task[] = [];
  #timer: NodeJS.Timeout | undefined;
  #advancing: Promise<void> = Promise.resolve();
  /** Requests on their way. */
  readonly #open = new Set<Promise<unknown>>();
  /** Those that were on their way when the clock began to advance: it passes over them. */
  #passed = new Set<Promise<unknown>>();

  /** `advancedSeconds`: how far it is ahead already. */
  constructor(mode: "real" | "frozen", advancedSeconds = 0) {
    this.mode = mode;
    this.#advanced = advancedSeconds * 1000;
    this.#frozenAt = mode === "frozen" ? Date.now() : undefined;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return (this.#frozenAt ?? Date.now()) + this.#advanced;
  }

  /** How far it was advanced, ever. */
  get advancedSeconds(): number {
    return this.#advanced / 1000;
  }

  /** Runs `run` when it is `at`; what is due at the same time runs in the order given. Returns what cancels it. */
  at(at: number, run: () => void): () => void {
    const task = { at, run };
    const later = this.#tasks.findIndex((other) => other.at > at);
    this.#tasks.splice(later < 0 ? this.#tasks.length : later, 0, task);
    this.#arm();
    return () => {
      this.#tasks = this.#tasks.filter((other) => other !== task);
      this.#arm();
    };
  }

  /**
   * A request to somebody else's server. It is aborted, and this rejects with `LimitPassed`, when this clock passes the
   * limit or as many seconds really pass, whichever is first: nobody waits in vain for a clock that stands still.
   */
  async limited<T>(seconds: number, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(seconds * 1000)]);
    const running = request(signal);
    this.#open.add(running);
    const cancel = this.at(this.now() + seconds * 1000, () => {
      this.#passed.delete(running);
      over.abort();
    });
    try {
      return await running;
    } catch (error) {
      throw signal.aborted ? new LimitPassed() : error;
    } finally {
      cancel();
      this.#open.delete(running);
    }
  }

  /**
   * Moves on, and resolves when all that became due is done, with its requests answered. A request that was on its way
   * before is not waited for: it times out when its limit is passed.
   */
  advance(seconds: number): Promise<void> {
    this.#advancing = this.#advancing.then(() => this.#advance(seconds * 1000));
    return this.#advancing;
  }

  /** Forgets all that is due. */
  clear(): void {
    this.#tasks = [];
    this.#arm();
  }

  async #advance(milliseconds: number): Promise<void> {
    const until = this.now() + milliseconds;
    this.#passed = new Set(this.#open);
    for (let first = this.#tasks[0]; first !== undefined && first.at <= until; first = this.#tasks[0]) {
      this.#moveTo(first.at);
      this.#runDue();
      await this.#settled();
    }
    this.#moveTo(until);
  }

  #moveTo(at: number): void {
    this.#advanced += Math.max(0, at - this.now());
  }

  #runDue(): void {
    const now = this.now();
    const due = this.#tasks.filter(({ at }) => at <= now);
    this.#tasks = this.#tasks.filter(({ at }) => at > now);
    for (const { run } of due) run();
    this.#arm();
  }

  /** Until no request is on its way, nor follows from one: what an answer leads to has begun one turn later. */
  async #settled(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const open = [...this.#open].filter((request) => !this.#passed.has(request));
      if (open.length === 0) return;
      await Promise.allSettled(open);
    }
  }

  /** Time that passes by itself brings tasks about as well. */
  #arm(): void {
    clearTimeout(this.#timer);
    const [first] = this.#tasks;
    if (first === undefined || this.mode === "frozen") return;
    this.#timer = setTimeout(() => this.#runDue(), Math.max(0, first.at - this.now())).unref();
  }
}
