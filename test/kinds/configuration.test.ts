import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { generateName } from "../../provider/src/kinds/names";
import { ownerOf } from "../support/lifecycle";

// How a provider process is configured. The tests in test/host do the same with a real process.

const url = "https://hooks.example.org/orders";
const owner = ownerOf("orders");
const callbackName = generateName(owner, url);
const program = { owner, url, verification: { strategy: "none" }, maxBatchSize: 1000, signatureKeyVersion: 1 };

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

/** Loads the runtime like a separate process, because a run starts only once and reads the variables at its start. */
async function loaded() {
  jest.resetModules();
  return import("pulumi-ens/runtime");
}

/** Creates the callback with these environment variables. Returns its id or the message of the failure. */
async function created(
  { provider }: Awaited<ReturnType<typeof loaded>>,
  more: NodeJS.ProcessEnv,
  config: Readonly<Record<string, string>> = {},
): Promise<string> {
  const before = process.env;
  const { restUrl: ENS_REST_URL, authUrl: ENS_AUTH_URL } = simulator;
  const own = { ENS_REST_URL, ENS_AUTH_URL, ENS_CLIENT_ID: "sim-client", ENS_CLIENT_SECRET: "sim-secret" };
  const { ENS_RECOVER: _, ...rest } = before;
  process.env = { ...rest, ...own, ...more };
  try {
    const callbacks = provider("Callback");
    await callbacks.configure({ config: { get: (key) => config[key] } });
    const { inputs } = await callbacks.check({}, program);
    return await callbacks.create(inputs).then(
      ({ id }) => id,
      (error: Error) => error.message,
    );
  } finally {
    process.env = before;
  }
}

// With take-over, a finished callback gets a new signature key, and its receiver rejects deliveries until it has the key.
// Therefore no other value may have this effect, and no other value may be ignored.
test("only take-over gives a finished callback of the same resource a new signature key", async () => {
  const id = await simulator.admin.add("callbacks", { callbackName, url, status: "verified", signatureKey: "theirs" });
  const key = async () => (await simulator.admin.state()).callbacks[0]?.signatureKey;
  for (const nothing of [{}, { ENS_RECOVER: "" }]) {
    expect(await created(await loaded(), nothing)).toContain(`callback ${id} (${callbackName}) already exists at`);
  }
  await simulator.admin.clearJournal();
  const run = await loaded();
  for (const word of ["takeover", "Take-Over", "take-over ", "true", "1", "0", "false", "no"]) {
    expect(await created(run, { ENS_RECOVER: word })).toContain(
      `ENS_RECOVER is ${JSON.stringify(word)}; the only value is take-over`,
    );
  }
  expect([await simulator.admin.journal(), await key()]).toEqual([[], "theirs"]);
  expect(await created(run, { ENS_RECOVER: "take-over" })).toBe(id);
  expect(await key()).not.toBe("theirs");
});

test("an explicit provider takes no secret and no URL from the environment, which may belong to another tenant", async () => {
  const { restUrl, authUrl } = simulator;
  const explicit = {
    "ens:explicit": "true",
    "ens:restUrl": restUrl,
    "ens:authUrl": authUrl,
    "ens:clientId": "sim-client",
  };
  expect(await created(await loaded(), {}, explicit)).toContain(
    "ens:clientSecret is not set: set clientSecret in the arguments of the ens.Provider",
  );
  const elsewhere = { ENS_REST_URL: "http://127.0.0.1:9", ENS_AUTH_URL: "http://127.0.0.1:9" };
  await created(await loaded(), elsewhere, { ...explicit, "ens:clientSecret": "sim-secret" });
  // The failure of the callback's URL does not matter, because it shows that the provider's ENS received the request.
  const asked = await simulator.admin.journal({ client: "rest", method: "POST" });
  expect(asked.map(({ path }) => path)).toEqual(["/platform/v1/ens-callbacks"]);
});
