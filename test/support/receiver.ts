import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** What arrived as events. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A customer's webhook: a real HTTP server that verifies itself, with none of the provider's code. */
export interface Receiver {
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Whether it gives the keys back to ENS by itself. */
  verifies: boolean;
  /** How it answers the probe. */
  probeStatus: number;
  readonly received: Received[];
  /** Where to give keys back. */
  verifyAt(ens: { readonly restUrl: string; readonly authUrl: string }): void;
  /** Gives back all keys that are still here. */
  verifyNow(): Promise<void>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  let ens: { restUrl: string; authUrl: string } | undefined;
  let keys: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.on("end", () => {
      if (!body.includes("verificationKey")) {
        receiver.received.push({ path: request.url ?? "", headers: request.headers, body });
        response.writeHead(202).end();
        return;
      }
      response.writeHead(receiver.probeStatus).end();
      if (receiver.probeStatus !== 200) return;
      keys.push(body);
      if (receiver.verifies) response.once("finish", () => void receiver.verifyNow());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    verifies: true,
    probeStatus: 200,
    received: [],
    verifyAt: (where) => {
      ens = where;
    },
    async verifyNow() {
      const due = keys;
      keys = [];
      if (ens === undefined) return;
      const token = await tokenOf(ens.authUrl);
      await Promise.all(due.map((key) => post(`${ens?.restUrl}/platform/v1/ens-verify`, key, token)));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** A token of the simulator, by the credentials that it has by default. */
export async function tokenOf(authUrl: string): Promise<string> {
  const client = { grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" };
  const answer = await post(`${authUrl}/v2/token`, JSON.stringify(client));
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Somebody's POST of JSON to the simulator, without the provider's client. */
export function post(url: string, body: string, token?: string): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return fetch(url, { method: "POST", headers: { "content-type": "application/json", ...authorization }, body });
}
