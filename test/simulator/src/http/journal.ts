import { z } from "zod";

/** One request that came in, or went out to a customer's server, and its answer. Nothing is hidden: it is a test double. */
export interface Entry {
  /** Milliseconds of the simulator's clock. */
  readonly at: number;
  /** `rest` and `auth` came in, `outbound` went to a customer's server. */
  readonly client: "rest" | "auth" | "outbound";
  readonly method: string;
  /** Without query; outbound ones are whole URLs. */
  readonly path: string;
  /** With its question mark; empty without. */
  readonly query: string;
  /** 0 when there was no answer. */
  readonly status: number;
  /** What was injected, if anything. */
  readonly fault?: string;
  /** What is remarkable about it, in words. */
  readonly note?: string;
  readonly request: Message;
  readonly answer: Message;
}

/** Names of headers are in lower case. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const journalQuery = z.strictObject({
  client: z.enum(["rest", "auth", "outbound"]).optional(),
  method: z.string().optional(),
  path: z.string().optional().describe("Start of the path."),
  status: z.coerce.number().int().optional(),
  contains: z.string().optional().describe("A text anywhere in it: path, query, headers or bodies."),
});
/** Which entries are wanted; all when left out. */
export type JournalQuery = z.input<typeof journalQuery>;

/** An entry, and which one of all that ever came. */
export interface Numbered {
  readonly number: number;
  readonly entry: Entry;
}

/** The last requests, bounded in number and in size. */
export class Journal {
  readonly #now: () => number;
  readonly #onChange: () => void;
  readonly #most: { readonly entries: number; readonly characters: number };
  #entries: (Numbered & { readonly size: number })[] = [];
  #size = 0;
  #count = 0;

  constructor(now: () => number, onChange = () => {}, most = { entries: 10_000, characters: 32 * 1024 * 1024 }) {
    this.#now = now;
    this.#onChange = onChange;
    this.#most = most;
  }

  add(given: Omit<Entry, "at">): void {
    const entry = { at: this.#now(), ...given };
    const size = textsOf(entry).reduce((sum, text) => sum + text.length, 0);
    this.#count += 1;
    this.#entries.push({ number: this.#count, entry, size });
    this.#size += size;
    while (this.#entries.length > this.#most.entries || this.#size > this.#most.characters) {
      this.#size -= this.#entries.shift()?.size ?? 0;
    }
    this.#onChange();
  }

  /** How many there are. */
  get length(): number {
    return this.#entries.length;
  }

  /** The last ones, the newest first. */
  last(count: number): Numbered[] {
    return this.#entries.slice(-count).reverse();
  }

  find(number: number): Entry | undefined {
    return this.#entries.find((each) => each.number === number)?.entry;
  }

  /** The oldest first. */
  entries({ client, method, path = "", status, contains }: z.output<typeof journalQuery> = {}): Entry[] {
    return this.#entries
      .map(({ entry }) => entry)
      .filter(
        (entry) =>
          (client ?? entry.client) === entry.client &&
          (method ?? entry.method) === entry.method &&
          entry.path.startsWith(path) &&
          (status ?? entry.status) === entry.status &&
          (contains === undefined || textsOf(entry).some((text) => text.includes(contains))),
      );
  }

  clear(): void {
    this.#entries = [];
    this.#size = 0;
    this.#onChange();
  }
}

function textsOf({ path, query, request, answer }: Entry): string[] {
  return [path, query, ...[request, answer].flatMap(({ headers, body }) => [...Object.entries(headers).flat(), body])];
}

/** Headers of Node.js as a journal keeps them. */
export function headersOf(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
