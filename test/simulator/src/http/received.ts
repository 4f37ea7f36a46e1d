import type { IncomingMessage } from "node:http";

const LARGEST_BYTES = 4 * 1024 * 1024;

/** A request with its body. */
export interface Received {
  readonly method: string;
  readonly path: string;
  /** Query with its question mark. Empty without a query. */
  readonly query: string;
  readonly headers: IncomingMessage["headers"];
  readonly raw: string;
}

/** Reads a request. Resolves with `undefined` when its body is too large. */
export async function receive(request: IncomingMessage): Promise<Received | undefined> {
  const { method = "GET", headers } = request;
  const url = URL.parse((request.url ?? "/").replace(/^\/+/, "/"), "http://simulator");
  const raw = await read(request);
  return raw === undefined ? undefined : { method, path: url?.pathname ?? "/", query: url?.search ?? "", headers, raw };
}

async function read(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_BYTES) chunks.push(chunk);
  }
  return size > LARGEST_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}
