import { formatOwner } from "../../provider/src/resources/frozen";
import { type DynamicHost, startDynamicHost, textOf } from "../support/dynamic-host";
import { type Interposer, startInterposer, type Way } from "../support/interposer";
import { type Services, startServices } from "../support/world";

// The process is killed in the middle of making a callback, and the engine, which knows of nothing, asks a new one to
// make it: there is one callback at the url, verified, and its key is known. Only one that was finished is left alone,
// because nobody can tell whether somebody needs it, until a person says that it may be taken over.

let services: Services;
let interposer: Interposer;
const hosts: DynamicHost[] = [];
beforeEach(async () => {
  services = await startServices();
  services.receiver.verifies = false;
  interposer = await startInterposer(services.simulator.restUrl);
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  await interposer?.close();
  await services?.close();
});

async function start(env: NodeJS.ProcessEnv = {}): Promise<DynamicHost> {
  const addresses = { ENS_REST_URL: interposer.url, ENS_AUTH_URL: services.simulator.authUrl };
  const host = await startDynamicHost({
    env: { ...addresses, ENS_CLIENT_ID: "sim-client", ENS_CLIENT_SECRET: "sim-secret", ...env },
  });
  hosts.push(host);
  return host;
}

const callbacks = async () => (await services.simulator.admin.state()).callbacks;
const FIND = `fetch(process.argv[1] + "/state").then((answer) => answer.json()).then(({ callbacks }) =>
  console.log(callbacks.find((each) => each.callbackId === process.env.ENS_CALLBACK_ID).verificationKey))`;

const CREATE = /\/ens-callbacks$/;
const ITEM = /\/ens-callbacks\/[0-9a-f-]{36}$/;
const VERIFY = /\/ens-verify$/;
const inputs = () => ({
  owner: formatOwner(["shop", "dev", "", "orders"]), // as the constructor says it
  url: "https://hooks.example.org/orders",
  maxBatchSize: 1000,
  signatureKeyVersion: 1,
  verification: {
    strategy: "command",
    command: [process.execPath, "-e", FIND, services.simulator.adminUrl],
    timeout: "1m",
  },
  ...textOf("Callback"),
});

/** Creates a callback in a process that is killed when this request is on that way. */
async function killedAt(method: string, path: RegExp, way: Way): Promise<void> {
  const caught = interposer.hold(method, path, way);
  const first = await start();
  const lost = first.create(inputs()).catch((error: Error) => error);
  await caught;
  await first.close();
  expect(await lost).toBeInstanceOf(Error);
}

test.each<[string, string, RegExp, Way]>([
  ["before ENS is asked", "POST", CREATE, "to ENS"],
  ["when ENS has made it and its answer is on the way", "POST", CREATE, "back"],
  ["while it waits for the verification", "GET", ITEM, "to ENS"],
  ["before the key is given back", "POST", VERIFY, "to ENS"],
  ["when ENS has taken the key and says so", "POST", VERIFY, "back"],
  ["before it gets its name", "PUT", CREATE, "to ENS"],
])("killed %s, it is made again", async (_when, method, path, way) => {
  await killedAt(method, path, way);
  const second = await start();
  const { id, state } = await second.create(inputs());
  const after = await callbacks();
  expect(after).toMatchObject([{ callbackId: id, status: "verified", signatureKey: state.signatureKey }]);
  expect(after[0]?.callbackName).toMatch(/^orders-[0-9a-f]{7}$/);
  expect(await second.diff(id, state, inputs())).toMatchObject({ changes: false });
});

test("killed when ENS has given it its name, it is left alone until a person says that it may be taken over", async () => {
  await killedAt("PUT", CREATE, "back");
  const before = await callbacks();
  const [left] = before;
  expect(before).toMatchObject([{ callbackName: expect.stringMatching(/^orders-[0-9a-f]{7}$/), status: "verified" }]);
  const refused = (await start()).create(inputs());
  await expect(refused).rejects.toThrow(
    `could not create callback orders at https://hooks.example.org: callback ${left?.callbackId} (${left?.callbackName}) ` +
      "already exists at https://hooks.example.org and was not changed.\nThis callback has no subscriptions.",
  );
  await expect(refused).rejects.toThrow("run 'ENS_RECOVER=take-over pulumi up' once. This callback and all other");
  expect(await callbacks()).toEqual(before);

  const saved = await start({ ENS_RECOVER: "take-over" });
  const { id, state } = await saved.create(inputs());
  expect(id).toBe(left?.callbackId);
  expect(state.signatureKey).not.toBe(left?.signatureKey);
  expect(await callbacks()).toMatchObject([{ callbackId: id, status: "verified", signatureKey: state.signatureKey }]);
  expect(await (await start()).diff(id, state, inputs())).toMatchObject({ changes: false });
});
