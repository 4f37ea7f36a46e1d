import type { Readable } from "node:stream";

/** The whole body, or `undefined` when it is larger than `most` bytes. The rest of a large body is read and dropped. */
export async function readBody(stream: Readable, most: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    // A sender that does not stop is not read for ever.
    if (size > 4 * most) return undefined;
  }
  return size > most ? undefined : Buffer.concat(chunks);
}
