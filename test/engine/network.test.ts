import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateFor, type Simulator, startSimulator } from "pulumi-ens-simulator";
import { createStack, type Stack } from "../support/engine";
import { type Proxy, startProxy } from "../support/proxy";
import { type Receiver, startReceiver } from "../support/receiver";

// A company's network: ENS and the receiver use TLS certificates of an authority that Node.js does not know, and a
// proxy is the only way to reach them.

let folder: string;
let receiver: Receiver;
let hooks: Server;
let simulator: Simulator;
let proxy: Proxy;
let stack: Stack;
/** The receiver's response to a preflight request. */
let answer: { status: number; location?: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "network-"));
  receiver = await startReceiver();
  const certificate = await certificateFor(["hooks.example.org"]);
  hooks = createServer(certificate, (request, response) => {
    request.resume().on("end", () => {
      const { status, location } = answer;
      response.writeHead(status, location === undefined ? {} : { location }).end();
    });
  });
  await new Promise<void>((resolve) => hooks.listen(0, "127.0.0.1", resolve));
  simulator = await startSimulator({
    tls: { hosts: ["rest.example.org", "auth.example.org"] },
    connectTo: { "hooks.example.org": receiver.address },
  });
  receiver.verifies = false;
  const ens = simulator.restUrl.replace("https://", "").replace("localhost", "127.0.0.1");
  proxy = await startProxy({
    "rest.example.org": ens,
    "auth.example.org": ens,
    "hooks.example.org": `127.0.0.1:${(hooks.address() as AddressInfo).port}`,
  });
  const authorities = join(folder, "authorities.pem");
  writeFileSync(authorities, `${simulator.ca}\n${certificate.ca}`);
  const addresses = { restUrl: "https://rest.example.org", authUrl: "https://auth.example.org" };
  stack = await createStack(addresses, { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authorities });
});
beforeEach(() => {
  answer = { status: 200 };
});
afterAll(async () => {
  stack?.close();
  await proxy?.close();
  await simulator?.close();
  hooks?.close();
  await receiver?.close();
  rmSync(folder, { recursive: true });
});

const program = () =>
  stack.program(`new ens.Callback("orders", {
    url: "https://hooks.example.org/orders", preflight: true, verification: { strategy: "none" } });`);

test.each([
  [
    { status: 302, location: "https://example.org/" },
    "the receiver redirects (302); set url to the target of the redirect",
  ],
  [{ status: 204 }, 'the receiver returned 204 to {"callbackId":…,"verificationKey":…}, but ENS expects 200'],
])("a preflight that gets %j fails before ENS gets a request", async (given, words) => {
  answer = given;
  proxy.asked.length = 0;
  program();
  const { code, output } = await stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain(`the preflight of https://hooks.example.org failed: ${words}. No request was sent to ENS.`);
  expect(proxy.asked).toEqual(["hooks.example.org"]);
});

test("without the authority's certificate, the run fails, and the error names the certificate", async () => {
  const other = await createStack(
    { restUrl: "https://rest.example.org", authUrl: "https://auth.example.org" },
    { HTTPS_PROXY: proxy.url },
  );
  try {
    other.program(`new ens.Callback("orders", { url: "https://hooks.example.org/orders", preflight: true });`);
    const { code, output } = await other.pulumi("up");
    expect(code).not.toBe(0);
    expect(output).toMatch(/the preflight of .* failed: the receiver did not respond: .*certificate/);
  } finally {
    other.close();
  }
});

test("with the certificate, the whole run works, and each request goes through the proxy", async () => {
  program();
  await stack.ok("up");
  expect(new Set(proxy.asked)).toEqual(new Set(["rest.example.org", "auth.example.org", "hooks.example.org"]));
  await stack.ok("preview", "--refresh", "--expect-no-changes");
  await stack.ok("destroy");
});
