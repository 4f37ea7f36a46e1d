import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { succeed } from "../../scripts/run.cjs";

let simulator: Simulator;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tls-test-"));
  simulator = await startSimulator({ tls: { hosts: ["ens.example.org"] } });
});
afterEach(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

/** Connects a TLS client to the server under one of its names, and returns the result. */
function handshake(servername: string, ca?: string): Promise<string> {
  const { hostname, port } = new URL(simulator.restUrl);
  return new Promise((resolve) => {
    const trust = ca === undefined ? {} : { ca };
    const socket = connect({ host: hostname, port: Number(port), servername, ...trust }, () => {
      resolve(socket.authorized ? "authorized" : String(socket.authorizationError));
      socket.destroy();
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

test.each(["localhost", "ens.example.org"])("a client that has the authority's certificate trusts %s", async (name) => {
  expect(simulator.restUrl).toMatch(/^https:/);
  expect(await handshake(name, simulator.ca)).toBe("authorized");
});

test("the certificate is valid for no other host, and clients do not trust it without the authority", async () => {
  expect(await handshake("other.example.org", simulator.ca)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  expect(await handshake("localhost")).toBe("SELF_SIGNED_CERT_IN_CHAIN");
});

test("another process trusts the certificate through NODE_EXTRA_CA_CERTS", async () => {
  const file = join(folder, "ca.pem");
  writeFileSync(file, simulator.ca ?? "");
  const program = `fetch("${simulator.restUrl}/platform/v1/tokenContext").then((answer) => console.log(answer.status))`;
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: file };
  expect(await succeed(process.execPath, ["-e", program], { env })).toBe("401");
});

test("the admin client and the URLs in token responses use HTTPS", async () => {
  expect(await simulator.admin.journal()).toEqual([]);
  expect(simulator.adminUrl).toMatch(/^https:/);
});
