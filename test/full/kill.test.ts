import { formatOwner } from "../../provider/src/resources/frozen";
import { type DynamicHost, startDynamicHost, textOf } from "../support/dynamic-host";
import { type Interposer, startInterposer, type Way } from "../support/interposer";
import { type Services, startServices } from "../support/world";

// The test kills the process while it creates a callback. The engine has no state of the callback and asks a new
// process to create it. Then ENS has one verified callback at this URL, and its key is known. A finished callback is
// the exception: nobody can tell whether somebody needs it, so it does not change until a person sets ENS_RECOVER.

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

const readCallbacks = async () => (await services.simulator.admin.state()).callbacks;
const FIND = `fetch(process.argv[1] + "/state").then((answer) => answer.json()).then(({ callbacks }) =>
  console.log(callbacks.find((each) => each.callbackId === process.env.ENS_CALLBACK_ID).verificationKey))`;

const CREATE = /\/ens-callbacks$/;
const ITEM = /\/ens-callbacks\/[0-9a-f-]{36}$/;
const VERIFY = /\/ens-verify$/;
const inputs = () => ({
  owner: formatOwner(["shop", "dev", "", "orders"]), // as the constructor writes it
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

/** Creates a callback in a process that is killed while this request, or its response, is on its way. */
async function createAndKill(method: string, path: RegExp, way: Way): Promise<void> {
  const caught = interposer.hold(method, path, way);
  const first = await start();
  const lost = first.create(inputs()).catch((error: Error) => error);
  await caught;
  await first.close();
  expect(await lost).toBeInstanceOf(Error);
}

test.each<[string, string, RegExp, Way]>([
  ["before ENS gets the request", "POST", CREATE, "to ENS"],
  ["when ENS has created the callback and responds", "POST", CREATE, "back"],
  ["during the wait for the verification", "GET", ITEM, "to ENS"],
  ["before the verification key is returned", "POST", VERIFY, "to ENS"],
  ["when ENS has accepted the key and responds", "POST", VERIFY, "back"],
  ["before the callback gets its final name", "PUT", CREATE, "to ENS"],
])("after a kill %s, the next run re-creates the callback", async (_when, method, path, way) => {
  await createAndKill(method, path, way);
  const second = await start();
  const { id, state } = await second.create(inputs());
  const after = await readCallbacks();
  expect(after).toMatchObject([{ callbackId: id, status: "verified", signatureKey: state.signatureKey }]);
  expect(after[0]?.callbackName).toMatch(/^orders-[0-9a-f]{7}$/);
  expect(await second.diff(id, state, inputs())).toMatchObject({ changes: false });
});

test("after a kill when ENS has set the final name, the callback does not change until ENS_RECOVER is set", async () => {
  await createAndKill("PUT", CREATE, "back");
  const before = await readCallbacks();
  const [left] = before;
  expect(before).toMatchObject([{ callbackName: expect.stringMatching(/^orders-[0-9a-f]{7}$/), status: "verified" }]);
  const refused = (await start()).create(inputs());
  await expect(refused).rejects.toThrow(
    `could not create callback orders at https://hooks.example.org: callback ${left?.callbackId} (${left?.callbackName}) ` +
      "already exists at https://hooks.example.org and was not changed.\nThis callback has no subscriptions.",
  );
  await expect(refused).rejects.toThrow("run 'ENS_RECOVER=take-over pulumi up' once. This callback and all other");
  expect(await readCallbacks()).toEqual(before);

  const saved = await start({ ENS_RECOVER: "take-over" });
  const { id, state } = await saved.create(inputs());
  expect(id).toBe(left?.callbackId);
  expect(state.signatureKey).not.toBe(left?.signatureKey);
  expect(await readCallbacks()).toMatchObject([
    { callbackId: id, status: "verified", signatureKey: state.signatureKey },
  ]);
  expect(await (await start()).diff(id, state, inputs())).toMatchObject({ changes: false });
});
