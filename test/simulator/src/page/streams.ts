import type { ServerResponse } from "node:http";
import { PAGE_HEADERS } from "./headers";

/** Changes within this time are sent together. */
const PAUSE_MS = 100;

/**
 * Sends server-sent events to open pages, so that pages do not poll. Each page gets the parts of the view that changed. A
 * page that reads slowly gets the newest state when it is ready and skips the states between.
 */
export class Streams {
  readonly #view: () => Readonly<Record<string, unknown>>;
  /** The parts that each page has received. */
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

  /** Must be called after each change. Costs nothing while no page is open. */
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
