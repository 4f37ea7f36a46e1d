import { z } from "zod";

/** A request to the simulator or from it to a receiver or authorization server, and its response. Secrets are not hidden. */
export interface Entry {
  /** Time of the simulator's clock, in milliseconds since the epoch. */
  readonly at: number;
  /** `rest` and `auth` are requests to the simulator. `outbound` went to a receiver or authorization server. */
  readonly client: "rest" | "auth" | "outbound";
  readonly method: string;
  /** Path without query, or the whole URL of an outbound request. */
  readonly path: string;
  /** Query with its question mark. Empty without a query. */
  readonly query: string;
  /** Status of the response, or 0 without a response. */
  readonly status: number;
  /** Kind of the injected fault. */
  readonly fault?: string;
  /** A remark for the reader. */
  readonly note?: string;
  readonly request: Message;
  readonly answer: Message;
}

/** Headers with names in lower case, and the body. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const journalQuery = z.strictObject({
  client: z.enum(["rest", "auth", "outbound"]).optional(),
  method: z.string().optional(),
  path: z.string().optional().describe("Start of the path."),
  status: z.coerce.number().int().optional(),
  contains: z.string().optional().describe("Text in the path, query, headers or bodies of an entry."),
});
/** Selects entries. An omitted field matches all entries. */
export type JournalQuery = z.input<typeof journalQuery>;

/** An entry and its number, counted since the start. */
export interface Numbered {
  readonly number: number;
  readonly entry: Entry;
}

/** The last requests, limited in number and total size. */
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

  /** Number of entries. */
  get length(): number {
    return this.#entries.length;
  }

  /** Returns the last entries, newest first. */
  last(count: number): Numbered[] {
    return this.#entries.slice(-count).reverse();
  }

  find(number: number): Entry | undefined {
    return this.#entries.find((each) => each.number === number)?.entry;
  }

  /** Returns the entries that match, oldest first. */
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

/** Converts Node.js headers into those of the journal. */
export function headersOf(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}
