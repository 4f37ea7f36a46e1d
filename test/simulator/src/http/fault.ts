/** Something that goes wrong on purpose, for the next requests that match. */
export interface Fault {
  /** Any when left out. */
  readonly method?: string;
  /** Start of the path; any when left out. */
  readonly path?: string;
  /** `answer-lost`: the work is done, then the connection dies. `reset`: it dies before. `slow`: waits `seconds`. */
  readonly kind: "status" | "answer-lost" | "reset" | "html" | "slow";
  /** For `status` (default 503) and `html` (default 502). */
  readonly status?: number;
  readonly errorcode?: number;
  /** Seconds, sent as `Retry-After`. */
  readonly retryAfter?: number;
  /** For `slow`. */
  readonly seconds?: number;
  /** How many requests it hits. Default 1. */
  readonly times?: number;
}

const KINDS = ["status", "answer-lost", "reset", "html", "slow"];

export class Faults {
  #list: { readonly fault: Fault; left: number }[] = [];

  /** Replaces all. Throws when one is not a fault. */
  set(faults: readonly Fault[]): void {
    const bad = faults.find((fault) => !KINDS.includes(fault.kind));
    if (bad !== undefined) throw new Error(`a fault's kind is one of ${KINDS.join(", ")}`);
    this.#list = faults.map((fault) => ({ fault, left: fault.times ?? 1 }));
  }

  /** The fault that this request meets; it is used up by one. */
  take(method: string, path: string): Fault | undefined {
    const hit = this.#list.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && path.startsWith(fault.path ?? ""),
    );
    if (hit !== undefined) hit.left -= 1;
    return hit?.fault;
  }
}
