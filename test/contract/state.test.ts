import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

test("when an answer has arrived, what it says is in the file", async () => {
  const [made] = (await (await create(await tokenOf(simulator.authUrl))).json()) as { callbackId: string }[];
  expect(JSON.parse(readFileSync(file, "utf8")).objects.callbacks).toMatchObject([made]);
  await simulator.admin.patch("callbacks", made?.callbackId ?? "", { callbackName: "b" });
  expect(JSON.parse(readFileSync(file, "utf8")).objects.callbacks).toMatchObject([{ callbackName: "b" }]);
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("the next run has the objects, the tokens, the clock and the switches of the last", async () => {
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

test("reads leave the file alone", async () => {
  const token = await tokenOf(simulator.authUrl);
  const before = statSync(file).mtimeMs;
  expect(await status(token)).toBe(200);
  expect(statSync(file).mtimeMs).toBe(before);
});

test.each([
  ["{", /is no state of this simulator \(SyntaxError/],
  ['{ "version": 9 }', /expected 1/],
])("a file with %s is refused, and left as it is", async (text, reason) => {
  const other = join(folder, "other.json");
  writeFileSync(other, text);
  await expect(startSimulator({ state: other })).rejects.toThrow(reason);
  expect(readFileSync(other, "utf8")).toBe(text);
});

test("the next run with the same seed makes no id and no key a second time", async () => {
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
