import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";

/** The properties of a verification request. */
export interface ProbeWords {
  readonly callbackId: string;
  readonly verificationKey: string;
}

/**
 * The parts of a webhook receiver, without the receiver kit. A test replaces a part by a part with a common mistake.
 */
export interface Parts {
  readonly key: string;
  /** URL of ENS. Without it, the receiver sends no key. */
  readonly ensUrl?: string;
  /** Responds to the verification request. `giveBack` sends the key to ENS. */
  probe(words: ProbeWords, response: ServerResponse, giveBack: () => Promise<void>): Promise<void> | void;
  /** Returns whether to send the key again after this status. */
  tries(status: number): boolean;
  isSigned(raw: Buffer, signature: string | undefined, key: string): boolean;
  isAuthorized(authorization: string | undefined): boolean;
  /** Returns the status for signed events. */
  take(given: unknown): number | Promise<number>;
  readonly largestBytes: number;
  /** Handles a broken connection. */
  brokenOff(): void;
}

export const hmacOf = (text: string | Buffer, key: string) =>
  createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");

const GOOD: Omit<Parts, "key"> = {
  probe(_, response, giveBack) {
    response.once("finish", () => void giveBack());
    response.writeHead(200).end();
  },
  tries: (status) => status === 404,
  isSigned: (raw, signature, key) => signature === hmacOf(raw, key),
  isAuthorized: () => true,
  take: () => 204,
  largestBytes: 8_000_000,
  brokenOff: () => {},
};

export interface Hooks {
  readonly url: string;
  /** All complete requests. */
  readonly received: { readonly headers: IncomingHttpHeaders; readonly body: string }[];
  close(): Promise<void>;
}

/** Starts a receiver with these parts. With a certificate, the receiver uses TLS as `localhost`. */
export function startHooks(
  parts: Partial<Parts> & { key: string },
  certificate?: { key: string; cert: string },
  port = 0,
): Promise<Hooks> {
  const all: Parts = { ...GOOD, ...parts };
  const received: Hooks["received"] = [];
  return startListener(
    async (request, response) => {
      const raw = await read(request, all.largestBytes).catch(() => all.brokenOff());
      if (raw === undefined) return void (request.complete ? response.writeHead(413).end() : response.destroy());
      received.push({ headers: request.headers, body: raw.toString() });
      const given = JSON.parse(raw.toString());
      if (given.verificationKey !== undefined)
        return all.probe(given, response, () => giveBack(given, all).catch(() => {}));
      const signature = request.headers["x-sfmc-ens-signature"] as string | undefined;
      const { authorization } = request.headers;
      const allowed = all.isSigned(raw, signature, all.key) && all.isAuthorized(authorization);
      response.writeHead(allowed ? await all.take(given) : 401).end();
    },
    certificate,
    port,
  ).then((hooks) => ({ ...hooks, received }));
}

/** Starts a server with a listener on a loopback address. A rejection of the listener becomes a 500. */
export async function startListener(
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
  certificate?: { key: string; cert: string },
  given = 0,
): Promise<Omit<Hooks, "received">> {
  const safe = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      await listener(request, response);
    } catch {
      if (!response.headersSent) response.writeHead(500).end();
    }
  };
  const handle = (request: IncomingMessage, response: ServerResponse) => void safe(request, response);
  const server = certificate === undefined ? createServer(handle) : https.createServer(certificate, handle);
  await new Promise<void>((resolve) => {
    server.listen(given, certificate === undefined ? "127.0.0.1" : "localhost", resolve);
  });
  const { port } = server.address() as AddressInfo;
  const origin = certificate === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
  return {
    url: `${origin}/hooks/orders`,
    close: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Reads a body. Returns `undefined` for a body that is too large. Rejects when the connection breaks. */
async function read(request: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const raw = Buffer.concat(chunks);
  return raw.length > most ? undefined : raw;
}

async function giveBack(words: ProbeWords, { ensUrl, tries }: Parts): Promise<void> {
  if (ensUrl === undefined) return;
  const post = (path: string, body: object, token = "") =>
    fetch(ensUrl + path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const client = { grant_type: "client_credentials", client_id: "check-client", client_secret: "check-secret" };
  const { access_token } = (await (await post("/v2/token", client)).json()) as { access_token: string };
  for (let tried = 0; tried < 100; tried += 1) {
    const { status } = await post("/platform/v1/ens-verify", words, access_token);
    if (status === 200 || !tries(status)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
