import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A received request with its unparsed body. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A response: a status, an object as JSON with 200, a redirect to a URL, a broken connection, or no response. */
export type Scripted = number | object | `https://${string}` | "reset" | "never";

/** A real server whose responses a test sets. */
export interface ScriptedServer {
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly received: Received[];
  /** Responses to the next requests, in order. Later requests get the usual response. */
  answers: Scripted[];
  /** Resolves when this number of requests has arrived since the start. */
  arrived(count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a server. `usual` responds when `answers` is empty. `apart` handles requests that are not part of the script,
 * and returns whether it did.
 */
export async function startScripted(
  usual: (request: Received) => Scripted,
  apart: (request: Received, response: ServerResponse) => boolean = () => false,
  port = 0,
): Promise<ScriptedServer> {
  let waiting: { readonly count: number; readonly done: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const one = { method, path: url, headers, body: Buffer.concat(chunks).toString("utf8") };
      if (apart(one, response)) return;
      scripted.received.push(one);
      reply(response, scripted.answers.shift() ?? usual(one));
      for (const { count, done } of waiting) if (scripted.received.length >= count) done();
      waiting = waiting.filter(({ count }) => scripted.received.length < count);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const scripted: ScriptedServer = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    answers: [],
    arrived: (count) =>
      new Promise((done) => {
        if (scripted.received.length >= count) done();
        else waiting.push({ count, done });
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return scripted;
}

function reply(response: ServerResponse, answer: Scripted): void {
  if (answer === "never") return;
  if (answer === "reset") response.destroy();
  else if (typeof answer === "string") response.writeHead(302, { location: answer }).end();
  else if (typeof answer === "number") response.writeHead(answer).end();
  else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

/** Starts a customer's authorization server. Each token is different and valid for an hour. */
export async function startLogin(): Promise<ScriptedServer> {
  let given = 0;
  return startScripted(() => {
    given += 1;
    return { access_token: `customer-token-${given}`, token_type: "Bearer", expires_in: 3600 };
  });
}
