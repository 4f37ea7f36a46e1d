import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { startSimulator } from "pulumi-ens-simulator";
import { certificateFor } from "../simulator/src/http/certificate";
import { EVENT, subscribed } from "./delivery-setup";
import { type Case, type Session, sessionOf } from "./suite";

/** A request as a webhook behind TLS receives it. */
interface Seen {
  readonly method: string | undefined;
  readonly url: string;
  readonly encrypted: boolean;
  readonly clientCertificate: boolean;
}

export const DELIVERY_TLS: readonly Case[] = [
  {
    id: "delivery.post",
    needs: "simulator",
    run: (ens) =>
      withTls(ens, async (secure, seen) => {
        const { url } = await subscribed(secure);
        await secure.simulator.admin.emit(EVENT);
        expect(url).toMatch(/^https:\/\/hooks\.example\.org\//);
        expect(seen.at(-1)).toMatchObject({ method: "POST", url, encrypted: true });
      }),
  },
  {
    id: "delivery.no-client-certificate",
    needs: "simulator",
    run: (ens) =>
      withTls(ens, async (secure, seen) => {
        await subscribed(secure);
        const { deliveries } = await secure.simulator.admin.emit(EVENT);
        expect(deliveries).toMatchObject([{ outcome: "delivered", status: 202 }]);
        expect(seen.at(-1)).toMatchObject({ encrypted: true, clientCertificate: false });
      }),
  },
];

/** Creates a session with a webhook that serves TLS and requests a client certificate. */
async function withTls(ens: Session, run: (secure: Session, seen: readonly Seen[]) => Promise<void>): Promise<void> {
  const { key, cert, ca } = await certificateFor(["hooks.example.org"]);
  const seen: Seen[] = [];
  const server = createServer({ key, cert, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    const socket = request.socket as TLSSocket;
    seen.push({
      method: request.method,
      url: `https://${request.headers.host}${request.url}`,
      encrypted: socket.encrypted,
      clientCertificate: Object.keys(socket.getPeerCertificate()).length > 0,
    });
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => {
      body += chunk;
    });
    request.once("end", () => {
      const { method = "", url = "", headers } = request;
      if (seen.length === 1) ens.receiver.probes.push({ method, path: url, headers, body });
      response.writeHead(seen.length === 1 ? 200 : 202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connectTo = { "hooks.example.org": address };
  const simulator = await startSimulator({ clock: "frozen", connectTo, customerCa: ca });
  try {
    await run(sessionOf(simulator, ens.receiver, ens.login), seen);
  } finally {
    await simulator.close();
    server.closeAllConnections();
    server.close();
  }
}
