import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

/** An HTTP proxy that connects `CONNECT host:443` to the address of that host in the test. */
export interface Proxy {
  readonly url: string;
  /** The requested hosts. */
  readonly asked: string[];
  close(): Promise<void>;
}

/**
 * Starts a proxy.
 *
 * @param hosts Addresses by host name, as `127.0.0.1:port`. The proxy returns 502 for other hosts.
 */
export async function startProxy(hosts: Record<string, string>): Promise<Proxy> {
  const asked: string[] = [];
  const server = createServer();
  server.on("connect", (request, client, head) => {
    const host = (request.url ?? "").replace(/:443$/, "");
    asked.push(host);
    const [address, port] = hosts[host]?.split(":") ?? [];
    if (address === undefined) return void client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    const upstream = connect(Number(port), address, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const [one, other] of [[upstream, client] as const, [client, upstream] as const]) {
      one.on("error", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
