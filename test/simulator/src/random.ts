import { createHash, randomInt } from "node:crypto";

/**
 * Derives all random values from one seed, so that a run can be repeated: the same seed and the same requests in the same
 * order produce the same faults, ids and keys. Each `stream` has its own sequence.
 */
export class Random {
  readonly seed: number;
  readonly #counts = new Map<string, number>();

  constructor(seed: number = randomInt(2 ** 31)) {
    this.seed = seed;
  }

  /** Returns the next 32 bytes of a stream. */
  bytes(stream: string): Buffer {
    const count = this.#counts.get(stream) ?? 0;
    this.#counts.set(stream, count + 1);
    return createHash("sha256").update(`${this.seed}/${stream}/${count}`).digest();
  }

  /** Returns a GUID like the ids of ENS. */
  uuid(stream: string): string {
    const hex = this.bytes(stream).toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /** Returns a number from 0 up to, but not including, 1. */
  fraction(stream: string): number {
    return this.bytes(stream).readUInt32BE() / 2 ** 32;
  }

  one<Item>(stream: string, items: readonly [Item, ...Item[]]): Item {
    return items[Math.floor(this.fraction(stream) * items.length)] ?? items[0];
  }

  shuffled<Item>(stream: string, items: readonly Item[]): Item[] {
    return items
      .map((item) => ({ item, place: this.fraction(stream) }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  }

  /** Number of values that each stream returned. */
  get counts(): readonly (readonly [string, number])[] {
    return [...this.#counts];
  }

  /** Restarts all streams, or continues them from `counts`. */
  restart(counts: readonly (readonly [string, number])[] = []): void {
    this.#counts.clear();
    for (const [stream, count] of counts) this.#counts.set(stream, count);
  }
}
