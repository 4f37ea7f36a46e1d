import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

const CALLBACKS = "/platform/v1/ens-callbacks";
let folder: string;
let file: string;
let receiver: Receiver;
let simulator: Simulator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "state-test-"));
  file = join(folder, "state.json");
  receiver = await startReceiver();
  receiver.verifies = false;
  simulator = await again();
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const again = () =>
  startSimulator({ clock: "frozen", state: file, connectTo: { "hooks.example.org": receiver.address } });
const create = (token: string) =>
  post(simulator.restUrl + CALLBACKS, '[{ "callbackName": "a", "url": "https://hooks.example.org/a" }]', token);
const status = async (token: string) =>
  (await fetch(simulator.restUrl + CALLBACKS, { headers: { authorization: `Bearer ${token}` } })).status;

test("the file contains what a response confirmed as soon as the response arrives", async () => {
  const [made] = (await (await create(await tokenOf(simulator.authUrl))).json()) as { callbackId: string }[];
  expect(JSON.parse(readFileSync(file, "utf8")).objects.callbacks).toMatchObject([made]);
  await simulator.admin.patch("callbacks", made?.callbackId ?? "", { callbackName: "b" });
  expect(JSON.parse(readFileSync(file, "utf8")).objects.callbacks).toMatchObject([{ callbackName: "b" }]);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("the next run has the objects, tokens, clock and switches of the last run", async () => {
  const token = await tokenOf(simulator.authUrl);
  await create(token);
  await simulator.admin.switches({ reverify: "200" });
  await simulator.admin.clock({ advanceSeconds: 600 });
  const before = await simulator.admin.state();
  await simulator.close();
  simulator = await again();
  expect(await simulator.admin.state()).toEqual(before);
  expect(await simulator.admin.switches({})).toMatchObject({ reverify: "200" });
  expect(await status(token)).toBe(200);
  await simulator.admin.clock({ advanceSeconds: 599 });
  expect(await status(token)).toBe(200);
  await simulator.admin.clock({ advanceSeconds: 2 });
  expect(await status(token)).toBe(401);
});

test("reads do not change the file", async () => {
  const token = await tokenOf(simulator.authUrl);
  const before = statSync(file).mtimeMs;
  expect(await status(token)).toBe(200);
  expect(statSync(file).mtimeMs).toBe(before);
});

/** Returns why a simulator does not start with this file. */
async function refusal(path: string): Promise<string> {
  try {
    const started = await startSimulator({ state: path });
    await started.close();
    return "It was started.";
  } catch (error) {
    return String(error);
  }
}

const whole = { objects: {}, grants: [], advancedSeconds: 0, switches: {}, drawn: { seed: 1, counts: [] } };
const none = { callbacks: [], subscriptions: [], authentications: [] };

test.each([
  ["", /cannot be used: the file is empty\. Move the file away to start without state, or choose another file\./],
  ['{ "signatureKey": "marker', /cannot be used: the file is not valid JSON\. Move the file away/],
  ["[]", /reads files of version 1 only/],
  ['{ "version": 9 }', /this version of the simulator reads files of version 1 only/],
  [JSON.stringify({ ...whole, version: 1 }), /objects\.callbacks: /],
  [JSON.stringify({ ...whole, version: 1, objects: none, switches: { gone: 1 } }), /there is no switch gone/],
])("a file with %j is rejected and not changed", async (text, reason) => {
  const other = join(folder, "other.json");
  writeFileSync(other, text);
  const before = readdirSync(folder);
  const refused = await refusal(other);
  expect(refused).toMatch(reason);
  expect(refused).toContain(`The state file ${other} cannot be used: `);
  expect(refused).toContain("or choose another file.");
  expect(refused).not.toContain("marker");
  expect(readFileSync(other, "utf8")).toBe(text);
  expect(readdirSync(folder)).toEqual(before);
});

test("a file that cannot be read or written is rejected at the start with the reason", async () => {
  expect(await refusal(join(folder, "gone/state.json"))).toMatch(
    /gone\/state\.json cannot be written: the folder .*\/gone does not exist\. Fix this, or choose another file\.$/,
  );
  mkdirSync(join(folder, "folder"));
  expect(await refusal(join(folder, "folder"))).toMatch(/cannot be read: the path is a folder\. Fix this/);
  writeFileSync(join(folder, "file"), "");
  expect(await refusal(join(folder, "file/state.json"))).toMatch(
    /cannot be written: a part of the path is not a folder/,
  );
  // Not even root can create files there.
  expect(await refusal("/proc/state.json")).toMatch(/^Error: The state file \/proc\/state\.json cannot be written: /);
});

test("the next run with the same seed repeats no id and no key", async () => {
  await simulator.close();
  const faults = { seed: 7, rate: 0 };
  const seeded = () => startSimulator({ state: file, faults, connectTo: { "hooks.example.org": receiver.address } });
  simulator = await seeded();
  const make = async (name: string) => {
    const body = JSON.stringify([{ callbackName: name, url: `https://hooks.example.org/${name}` }]);
    await post(simulator.restUrl + CALLBACKS, body, await tokenOf(simulator.authUrl));
  };
  await make("first");
  await simulator.close();
  simulator = await seeded();
  await make("second");
  const { callbacks } = await simulator.admin.state();
  const values = callbacks.flatMap(({ callbackId, signatureKey, verificationKey }) => [
    callbackId,
    signatureKey,
    verificationKey,
  ]);
  expect(new Set(values).size).toBe(6);
});
