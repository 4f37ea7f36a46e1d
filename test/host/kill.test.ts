import { type DynamicHost, startDynamicHost, textOf } from "../support/dynamic-host";
import { type Interposer, startInterposer, type Way } from "../support/interposer";
import { type Services, startServices } from "../support/world";

// The process is killed in the middle of making a callback, and the engine, which knows of nothing, asks a new one to
// make it: there is one callback at the url, verified, and its key is known.

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

async function start(): Promise<DynamicHost> {
  const addresses = { ENS_REST_URL: interposer.url, ENS_AUTH_URL: services.simulator.authUrl };
  const host = await startDynamicHost({
    env: { ...addresses, ENS_CLIENT_ID: "sim-client", ENS_CLIENT_SECRET: "sim-secret" },
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
test.each<[string, string, RegExp, Way]>([
  ["before ENS is asked", "POST", CREATE, "to ENS"],
  ["when ENS has made it and its answer is on the way", "POST", CREATE, "back"],
  ["while it waits for the verification", "GET", ITEM, "to ENS"],
  ["before the key is given back", "POST", VERIFY, "to ENS"],
  ["when ENS has taken the key and says so", "POST", VERIFY, "back"],
])("killed %s", async (_when, method, path, way) => {
  const inputs = {
    callbackName: "orders-0123abc", // as the program side names it: a later run knows it by this mark
    url: "https://hooks.example.org/orders",
    maxBatchSize: 1000,
    signatureKeyVersion: 1,
    verification: {
      strategy: "command",
      command: [process.execPath, "-e", FIND, services.simulator.adminUrl],
      timeout: "1m",
    },
    ...textOf("Callback"),
  };
  const caught = interposer.hold(method, path, way);
  const first = await start();
  const lost = first.create(inputs).catch((error: Error) => error);
  await caught;
  await first.close();
  expect(await lost).toBeInstanceOf(Error);

  const second = await start();
  const { id, state } = await second.create(inputs);
  const after = await callbacks();
  expect(after).toMatchObject([{ callbackId: id, status: "verified", signatureKey: state.signatureKey }]);
  expect(await second.diff(id, state, inputs)).toMatchObject({ changes: false });
});
