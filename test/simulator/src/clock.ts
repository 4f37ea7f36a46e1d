/** The service's time. `frozen` stands still until it is advanced; `real` runs on, and can be advanced too. */
export class Clock {
  readonly #frozenAt: number | undefined;
  #advanced = 0;

  constructor(mode: "real" | "frozen") {
    this.#frozenAt = mode === "frozen" ? Date.now() : undefined;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return (this.#frozenAt ?? Date.now()) + this.#advanced;
  }

  advance(seconds: number): void {
    this.#advanced += seconds * 1000;
  }
}
