import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificateFor } from "pulumi-ens-simulator";
import { changes } from "../support/engine";
import { type Proxy, startProxy } from "../support/proxy";
import { CREDENTIALS, shop, startWorld, type World } from "../support/world";

let folder: string;
let login: Server;
let proxy: Proxy;
let world: World;
/** The authorization server's response to the provider. ENS uses another server, which accepts all credentials. */
let answer: { status: number; body: object };
const asked: { authorization: string | undefined; form: string }[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "schemes-"));
  const certificate = await certificateFor(["login.example.org"]);
  login = createServer(certificate, async (request, response) => {
    let form = "";
    for await (const chunk of request) form += chunk;
    asked.push({ authorization: request.headers.authorization, form });
    response.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => login.listen(0, "127.0.0.1", resolve));
  proxy = await startProxy({ "login.example.org": `127.0.0.1:${(login.address() as AddressInfo).port}` });
  const authorities = join(folder, "authorities.pem");
  writeFileSync(authorities, certificate.ca);
  world = await startWorld(
    { switches: { callAuthUrl: "off" } },
    { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: authorities },
  );
});
afterAll(async () => {
  await world?.close();
  await proxy?.close();
  login?.close();
  rmSync(folder, { recursive: true });
});

const readEns = () => world.simulator.admin.state();
const readAuthIds = async () => {
  const { authentications, callbacks } = await readEns();
  return { scheme: authentications.map(({ authId }) => authId), callback: callbacks.map(({ authId }) => authId) };
};
const program = (scheme: object) => world.stack.program(shop({ scheme }));
const readCallbackIds = async () => (await readEns()).callbacks.map(({ callbackId }) => callbackId);

test("a failed preflight is reported before ENS gets a request, and a preflight sends what ENS would send", async () => {
  program({ preflight: "token" });
  answer = { status: 401, body: { error: "invalid_client", error_description: "answer-marker" } };
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain(
    "the preflight of https://login.example.org failed: the server rejected the credentials (401, invalid_client); " +
      "check clientId and clientSecret, which are sent with HTTP Basic. No request was sent to ENS.",
  );
  expect(await readEns()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });

  answer = { status: 200, body: { access_token: "answer-marker" } };
  await world.stack.ok("up");
  const basic = Buffer.from(`${CREDENTIALS.clientId}:${CREDENTIALS.clientSecret}`).toString("base64");
  const request = { authorization: `Basic ${basic}`, form: "grant_type=client_credentials" };
  expect(asked).toEqual([request, request]);
  expect(world.stack.seen()).not.toMatch(/answer-marker|secret-marker/);
});

test("a rotated secret updates the scheme alone, also in the preview", async () => {
  const before = await readAuthIds();
  program({ clientSecret: "second-marker" });
  const preview = await world.stack.ok("preview", "--diff");
  expect(changes(preview)).toEqual(["update idp"]);
  expect(changes(await world.stack.ok("up"))).toEqual(["update idp"]);
  expect(await readAuthIds()).toEqual(before);
  expect((await readEns()).authentications).toMatchObject([{ clientSecret: "second-marker" }]);
});

test("when ENS changes the id of a scheme, one run updates the callback in place, and the next one changes nothing", async () => {
  const [before, ids] = [await readAuthIds(), await readCallbackIds()];
  await world.simulator.admin.switches({ rotateAuthIdOnPut: "on" });
  program({ clientSecret: "third-marker" });
  expect(changes(await world.stack.ok("up"))).toEqual(["update idp", "update orders"]);
  const after = await readAuthIds();
  expect(after.scheme).not.toEqual(before.scheme);
  expect(after.callback).toEqual(after.scheme);
  expect(await readCallbackIds()).toEqual(ids);
  await world.stack.ok("preview", "--expect-no-changes");
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
  await world.simulator.admin.switches({ rotateAuthIdOnPut: "off" });
});

test("an update of a deleted scheme without a GET fails with the consequences, and the next run re-creates it", async () => {
  const [before, ids] = [await readAuthIds(), await readCallbackIds()];
  await world.simulator.admin.remove("authentications", String(before.scheme[0]));
  program({ clientSecret: "fourth-marker" });
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain("to create a new scheme and to update the callbacks of this stack");
  expect(output).not.toContain("up --refresh");
  const repaired = await world.stack.ok("up", "--refresh");
  expect(changes(repaired)).toEqual(["create-replacement idp", "replace idp", "update orders", "delete-replaced idp"]);
  const after = await readAuthIds();
  expect(after.scheme).toHaveLength(1);
  expect(after.callback).toEqual(after.scheme);
  expect(await readCallbackIds()).toEqual(ids);
  await world.stack.ok("preview", "--expect-no-changes");
  await world.stack.ok("destroy");
  expect(await readEns()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
});
