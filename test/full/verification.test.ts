import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changes } from "../support/engine";
import { startWorld, type World } from "../support/world";

// Each verification strategy with the real CLI. The receiver responds to ENS's POST and does not use the key.

let world: World;
let folder: string;
/** The local end of a tunnel from `tunnel.example.org` to this machine. */
let port: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "verification-"));
  port = await freePort();
  world = await startWorld({ connectTo: { "tunnel.example.org": `127.0.0.1:${port}` } });
  world.receiver.verifies = false;
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => world.stack.ok("destroy"));

const readCallback = async () => (await world.simulator.admin.state()).callbacks[0];
const url = "https://hooks.example.org/orders";

/**
 * Writes a program with a callback that is verified in this way, and a subscription, which needs a verified callback.
 */
function program(verification: string, over = `url: "${url}"`): void {
  world.stack.program(`
    const config = new pulumi.Config();
    const orders = new ens.Callback("orders", { ${over}, verification: ${verification} });
    new ens.Subscription("sent", { callback: orders, eventCategoryTypes: ["EngagementEvents.EmailOpen"] });
    exports.signatureKey = orders.signatureKey;`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits for ENS's verification request to the receiver. */
async function waitForProbe(): Promise<{ callbackId: string; verificationKey: string }> {
  for (;;) {
    const made = await readCallback();
    if (made !== undefined) return { callbackId: made.callbackId, verificationKey: made.verificationKey };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function expectVerified(): Promise<void> {
  expect(await readCallback()).toMatchObject({ status: "verified" });
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
}

/** Expects that the secret is not printed and that the state encrypts it. */
async function expectHidden(secret: string): Promise<void> {
  expect(secret).not.toBe("");
  expect((await world.stack.stored()).text + world.stack.seen()).not.toContain(secret);
}

test("file: a run waits and continues when the key is written into a file", async () => {
  const path = join(folder, "probe.json");
  program(`{ strategy: "file", path: ${JSON.stringify(path)} }`);
  const running = world.stack.ok("up");
  writeFileSync(path, JSON.stringify(await waitForProbe()));
  expect(changes(await running)).toEqual(["create orders", "create sent"]);
  await expectVerified();
  await expectHidden((await waitForProbe()).verificationKey);
});

test("receiver: a canceled run stops waiting, and the next run continues with the same callback", async () => {
  program(`{ strategy: "receiver", timeout: "10m" }`);
  const running = world.stack.pulumi("up");
  const { callbackId } = await waitForProbe();
  await new Promise((resolve) => setTimeout(resolve, 2000)); // until the run waits for the verification
  const start = Date.now();
  world.stack.killCli("SIGINT");
  const { code, output } = await running;
  expect(Date.now() - start).toBeLessThan(30_000);
  expect(code).not.toBe(0);
  expect(output).toContain(`callback ${callbackId} exists but is not verified: the run was canceled`);
  expect((await world.stack.stored()).resources).toEqual([expect.objectContaining({ id: callbackId })]);
  const key = JSON.stringify((await waitForProbe()).verificationKey);
  program(`{ strategy: "command", command: [process.execPath, "-e", 'console.log(${key})'] }`);
  expect(changes(await world.stack.ok("up"))).toEqual(["update orders", "create sent"]);
  expect((await readCallback())?.callbackId).toBe(callbackId);
});

test("command: a program finds the verification key and prints it", async () => {
  const code = `fetch(process.argv[1] + "/state").then((answer) => answer.json()).then(({ callbacks }) =>
    console.log(callbacks.find((each) => each.callbackId === process.env.ENS_CALLBACK_ID).verificationKey))`;
  const words = JSON.stringify([process.execPath, "-e", code, world.simulator.adminUrl]);
  program(`{ strategy: "command", command: ${words} }`);
  await world.stack.ok("up");
  await expectVerified();
  await expectHidden((await waitForProbe()).verificationKey);
});

test("command: the error of a failed program is shown, and the next run continues with the same callback", async () => {
  program(`{ strategy: "command", command: [process.execPath, "-e", "console.error('no log yet'); process.exit(1)"] }`);
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain("exited with code 1: no log yet. Make ");
  const before = await readCallback();
  const key = JSON.stringify((await waitForProbe()).verificationKey);
  program(`{ strategy: "command", command: [process.execPath, "-e", 'console.log(${key})'] }`);
  expect(changes(await world.stack.ok("up"))).toEqual(["update orders", "create sent"]);
  expect((await readCallback())?.callbackId).toBe(before?.callbackId);
  await expectVerified();
});

test("pull: the run requests the key from the receiver, which requires a token", async () => {
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== "Bearer pull-token-marker") return response.writeHead(401).end();
    return response.end(JSON.stringify(await waitForProbe()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys/{callbackId}`;
  program(`{ strategy: "pull", url: "${address}", bearerToken: "pull-token-marker" }`);
  await world.stack.ok("up");
  await expectVerified();
  await expectHidden("pull-token-marker");
  await expectHidden((await waitForProbe()).verificationKey);
  server.closeAllConnections();
  server.close();
});

test("manual: the first run exits with instructions, and the instructions work", async () => {
  program(`{ strategy: "manual", verificationKey: config.getSecret("verificationKey") }`);
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  const command = /run 'pulumi (config set --secret verificationKey) <key>'/.exec(output)?.[1]?.split(" ") ?? [];
  expect(command).toHaveLength(4);
  const { verificationKey } = await waitForProbe();
  await world.stack.ok(...command, verificationKey, "--stack", "dev");
  expect(changes(await world.stack.ok("up"))).toEqual(["update orders", "create sent"]);
  await expectVerified();
  await expectHidden(verificationKey);
});

test("none: the callback stays unverified, and the error of a subscription names the next step", async () => {
  program(`{ strategy: "none" }`);
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain("It must be verified before it accepts subscriptions");
  expect(await readCallback()).toMatchObject({ status: "unverified" });
});

test("listener: the run receives the verification request itself through a tunnel", async () => {
  program(`{ strategy: "listener", port: ${port} }`, `url: "https://tunnel.example.org/orders"`);
  expect(changes(await world.stack.ok("up"))).toEqual(["create orders", "create sent"]);
  await expectVerified();
  await expectHidden((await waitForProbe()).verificationKey);
});

test("listener: a preview reports that a key was lost while nobody listened, and a run replaces the callback", async () => {
  program(`{ strategy: "listener", port: ${port}, timeout: "1s" }`);
  expect((await world.stack.pulumi("up")).code).not.toBe(0);
  const second = await world.stack.pulumi("up");
  expect(second.output).toContain("Its verification key is lost. The next 'pulumi up' replaces the callback.");
  const old = await readCallback();
  program(`{ strategy: "listener", port: ${port} }`, `url: "${url}"`);
  const planned = await world.stack.ok("preview");
  expect(planned.output).toContain("the callback can no longer be verified");
  expect(changes(planned)).toEqual(expect.arrayContaining(["delete-replaced orders", "create-replacement orders"]));
  world.receiver.verifies = true;
  const replaced = changes(await world.stack.ok("up"));
  world.receiver.verifies = false;
  expect(replaced.indexOf("delete-replaced orders")).toBeLessThan(replaced.indexOf("create-replacement orders"));
  expect((await readCallback())?.callbackId).not.toBe(old?.callbackId);
  await expectVerified();
});

test("a signature key is rotated in place, and then moves from the state to a file", async () => {
  const path = join(folder, "orders.key");
  const key = async () => (await readCallback())?.signatureKey ?? "";
  const callback = (version: string) =>
    world.stack.program(
      `new ens.Callback("orders", { url: "${url}", verification: { strategy: "none" }, ${version} });`,
    );
  callback("signatureKeyVersion: 1");
  await world.stack.ok("up");
  const first = await key();
  callback("signatureKeyVersion: 2");
  const planned = await world.stack.ok("preview", "--diff");
  expect(planned.output).toMatch(/~ signatureKeyVersion: 1 => 2/);
  expect(changes(await world.stack.ok("up"))).toEqual(["update orders"]);
  const second = await key();
  expect(second).not.toBe(first);
  callback(`signatureKeyVersion: 3, signatureKeySink: { file: ${JSON.stringify(path)} }`);
  await world.stack.ok("up");
  expect(readFileSync(path, "utf8")).toBe(await key());
  const { resources } = await world.stack.stored();
  expect(Object.keys(resources[0]?.outputs ?? {})).not.toEqual(expect.arrayContaining(["signatureKey"]));
  for (const secret of [first, second, await key()]) await expectHidden(secret);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});
