import type { ServerResponse } from "node:http";
import { PAGE_HEADERS } from "./headers";

/** Changes in this time are told together. */
const PAUSE_MS = 100;

/**
 * Pages that are open. Each gets the parts of the view that differ from what it has, as server-sent events: nobody asks
 * again and again. One that reads too slowly gets the newest state when it is ready, and not all those between.
 */
export class Streams {
  readonly #view: () => Readonly<Record<string, unknown>>;
  /** What each of them has, by part. */
  readonly #clients = new Map<ServerResponse, Map<string, string>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(view: () => Readonly<Record<string, unknown>>) {
    this.#view = view;
  }

  open(response: ServerResponse): void {
    response.writeHead(200, { ...PAGE_HEADERS, "Content-Type": "text/event-stream; charset=utf-8" });
    this.#clients.set(response, new Map());
    response.once("close", () => this.#clients.delete(response));
    response.on("drain", () => this.#tell([response]));
    this.#tell([response]);
  }

  /** To be told of each change; costs nothing while no page is open. */
  changed(): void {
    if (this.#clients.size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell([...this.#clients.keys()]);
    }, PAUSE_MS).unref();
  }

  #tell(clients: readonly ServerResponse[]): void {
    const ready = clients.filter((client) => !client.writableNeedDrain && this.#clients.has(client));
    if (ready.length === 0) return;
    const parts = Object.entries(this.#view()).map(([name, part]) => [name, JSON.stringify(part)] as const);
    for (const client of ready) {
      const had = this.#clients.get(client);
      const news = parts.filter(([name, text]) => had?.get(name) !== text);
      for (const [name, text] of news) had?.set(name, text);
      client.write(news.map(([name, text]) => `event: ${name}\ndata: ${text}\n\n`).join(""));
    }
  }
}
