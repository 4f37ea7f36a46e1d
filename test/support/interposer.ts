import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";

/** Position of a request: on its way to ENS, or on its way back with ENS's response. */
export type Way = "to ENS" | "back";

/** A proxy between a client and ENS. It can hold a request forever, so that a test can kill the client meanwhile. */
export interface Interposer {
  readonly url: string;
  /** Holds the next matching request on its way to ENS, or its response. Resolves when the proxy holds it. */
  hold(method: string, path: RegExp, way: Way): Promise<void>;
  /** Holds the change with this number, counted from 1 from now on. Resolves when the proxy holds it. */
  holdChange(number: number, way: Way): Promise<void>;
  close(): Promise<void>;
}

export async function startInterposer(target: string): Promise<Interposer> {
  let trap: { matches(method: string, path: string): boolean; way: Way; caught: () => void } | undefined;
  const caught = (method: string, path: string, way: Way): boolean => {
    if (trap === undefined || trap.way !== way || !trap.matches(method, path)) return false;
    trap.caught();
    trap = undefined;
    return true;
  };
  const set = (way: Way, matches: (method: string, path: string) => boolean) =>
    new Promise<void>((resolve) => {
      trap = { matches, way, caught: resolve };
    });
  const server = createServer((request, response) => {
    const { method = "GET", url = "/" } = request;
    if (caught(method, url, "to ENS")) return;
    const onward = httpRequest(new URL(url, target), { method, headers: request.headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        if (caught(method, url, "back")) return;
        response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(chunks));
      });
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: (method, path, way) => set(way, (each, at) => each === method && path.test(at)),
    holdChange(number, way) {
      let left = number;
      return set(way, (method) => {
        if (method !== "GET") left -= 1;
        return left === 0;
      });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
