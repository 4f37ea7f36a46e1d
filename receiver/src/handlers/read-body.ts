import type { Readable } from "node:stream";

/** Reads the whole body. Resolves with `undefined` when the body is larger than `most` bytes, after dropping the rest. */
export async function readBody(stream: Readable, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    // This limit stops a client that never ends its body.
    if (size > 4 * most) return undefined;
  }
  return size > most ? undefined : Buffer.concat(chunks);
}
