interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** Thrown when a request did not end within its limit. */
export class LimitPassed extends Error {}

/**
 * The time of the service, and tasks that are due at some time. A `frozen` clock stands still until it is advanced. A
 * `real` clock runs, and can be advanced too. Advancing moves from one due task to the next, so that hours pass in a
 * moment and tasks run in order.
 */
export class Clock {
  readonly mode: "real" | "frozen";
  readonly #frozenAt: number | undefined;
  #advanced = 0;
  #tasks: Task[] = [];
  #timer: NodeJS.Timeout | undefined;
  #advancing: Promise<void> = Promise.resolve();
  /** Pending requests. */
  readonly #open = new Set<Promise<unknown>>();
  /** Requests that were pending when the clock began to advance. Advancing does not wait for them. */
  #passed = new Set<Promise<unknown>>();

  /** `advancedSeconds` is the advance of the clock at the start. */
  constructor(mode: "real" | "frozen", advancedSeconds = 0) {
    this.mode = mode;
    this.#advanced = advancedSeconds * 1000;
    this.#frozenAt = mode === "frozen" ? Date.now() : undefined;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return (this.#frozenAt ?? Date.now()) + this.#advanced;
  }

  /** Total advance of the clock. */
  get advancedSeconds(): number {
    return this.#advanced / 1000;
  }

  /** Runs `run` at the time `at`. Tasks of the same time run in the order given. Returns a function that cancels it. */
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
   * Runs a request to another server with a time limit. When this clock or real time passes the limit, whichever is
   * first, the request is aborted and the promise rejects with `LimitPassed`. Real time counts, so that a frozen clock
   * never blocks a caller.
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
   * Advances the clock. Resolves when all tasks that became due are done, including their requests. A request that was
   * pending before is not waited for, and times out when its limit is passed.
   */
  advance(seconds: number): Promise<void> {
    this.#advancing = this.#advancing.then(() => this.#advance(seconds * 1000));
    return this.#advancing;
  }

  /** Drops all tasks. */
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

  /** Waits until no request is pending. What follows from a response starts one turn of the event loop later. */
  async #settled(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const open = [...this.#open].filter((request) => !this.#passed.has(request));
      if (open.length === 0) return;
      await Promise.allSettled(open);
    }
  }

  /** Sets a timer for the next task, because a real clock reaches it without being advanced. */
  #arm(): void {
    clearTimeout(this.#timer);
    const [first] = this.#tasks;
    if (first === undefined || this.mode === "frozen") return;
    this.#timer = setTimeout(() => this.#runDue(), Math.max(0, first.at - this.now())).unref();
  }
}
