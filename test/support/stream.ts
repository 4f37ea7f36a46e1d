/** Server-sent events as they arrive. */
export interface Stream {
  /** Resolves with the next event of this name whose data `fits`. Skips the events before it. */
  next(name: string, fits?: (data: never) => boolean): Promise<unknown>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

export async function openStream(url: string): Promise<Stream> {
  const over = new AbortController();
  const response = await fetch(url, { signal: over.signal });
  if (response.body === null || response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  const events: { readonly name: string; readonly data: unknown }[] = [];
  let wake = () => {};
  const read = async (body: AsyncIterable<Uint8Array>) => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, name = "", data = ""] = /^event: (.+)\ndata: (.*)$/.exec(block) ?? [];
        events.push({ name, data: JSON.parse(data) });
      }
      wake();
    }
  };
  // The stream also ends by an error when a side closes the connection.
  const ended = read(response.body).catch(() => {});
  return {
    async next(name, fits = () => true) {
      for (;;) {
        for (let event = events.shift(); event !== undefined; event = events.shift()) {
          if (event.name === name && fits(event.data as never)) return event.data;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    ended,
    close: () => over.abort(),
  };
}
