import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { closed } from "./closed.ts";
import { tokensFrom } from "./token.ts";

/** The user agent that distinguishes the receiver's requests from those of a contestant. */
const USER_AGENT = "bench-receiver";

/**
 * Starts a customer's receiver. The receiver responds to each verification request with 200 and then returns the key.
 */
export async function startReceiver() {
  let verify: (probe: string) => Promise<void> = async (): Promise<void> => {};
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (body.includes("verificationKey")) response.once("finish", () => void verify(body).catch(console.error));
      response.writeHead(200).end();
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    userAgent: USER_AGENT,
    close: () => closed(server),
    verifyAt({ restUrl, authUrl }: { restUrl: string; authUrl: string }) {
      const tokens = tokensFrom(authUrl, { "user-agent": USER_AGENT });
      verify = async (body) => {
        const authorization = `Bearer ${await tokens.token()}`;
        const headers = { "content-type": "application/json", "user-agent": USER_AGENT, authorization };
        const give = () => fetch(`${restUrl}/platform/v1/ens-verify`, { method: "POST", headers, body });
        while ((await give()).status === 429) await new Promise((done) => setTimeout(done, 1000));
      };
    },
  };
}
