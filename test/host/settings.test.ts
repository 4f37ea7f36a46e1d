import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { startDynamicHost, textOf } from "../support/dynamic-host";

let simulator: Simulator;
let folder: string;
beforeEach(async () => {
  simulator = await startSimulator({ switches: { callAuthUrl: "off" } });
  folder = mkdtempSync(join(tmpdir(), "settings-"));
});
afterEach(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true, force: true });
});

const SCHEME = {
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  clientId: "c",
  clientSecret: "s",
  ...textOf("AuthScheme"),
};
const good = () => ({
  restUrl: simulator.restUrl,
  authUrl: simulator.authUrl,
  clientId: "sim-client",
  clientSecret: "sim-secret",
});
const bad = { restUrl: "http://127.0.0.1:1", authUrl: "http://127.0.0.1:1", clientId: "x", clientSecret: "y" };
type Values = Partial<ReturnType<typeof good> & { accountId: string }>;

const variable = (key: string) => `ENS_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
const named = (values: Values, name: (key: string) => string) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [name(key), value]));
const inEnvironment = (values: Values) => named(values, variable);
const inConfig = (values: Values) => named(values, (key) => `ens:${key}`);
const inFiles = (values: Values) =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => {
      const path = join(folder, key);
      writeFileSync(path, `${value}\n`);
      return [`${variable(key)}_FILE`, path];
    }),
  );

/** Creates a scheme in a process with these settings. Returns `made` or the error. */
async function tryCreate(options: Parameters<typeof startDynamicHost>[0]): Promise<string> {
  const host = await startDynamicHost(options);
  try {
    return await host.create(SCHEME).then(
      () => "made",
      (error: Error) => error.message,
    );
  } finally {
    await host.close();
  }
}

test("settings come from the environment, from files that it names, or from the stack", async () => {
  expect(await tryCreate({ env: inEnvironment(good()) })).toBe("made");
  expect(await tryCreate({ env: inFiles(good()) })).toBe("made");
  expect(await tryCreate({ config: inConfig(good()) })).toBe("made");
  const { clientSecret, ...rest } = good();
  expect(await tryCreate({ env: inFiles({ clientSecret }), config: inConfig(rest) })).toBe("made");
  expect((await simulator.admin.state()).authentications).toHaveLength(4);
});

test("the environment takes precedence over the stack", async () => {
  expect(await tryCreate({ env: inEnvironment(good()), config: inConfig(bad) })).toBe("made");
});

test("an explicit provider reads nothing from the environment", async () => {
  const explicit = { "ens:explicit": "true" };
  expect(await tryCreate({ env: inEnvironment(bad), config: { ...inConfig(good()), ...explicit } })).toBe("made");
  const { clientSecret: _, ...rest } = good();
  const missing = await tryCreate({ env: inEnvironment(good()), config: { ...inConfig(rest), ...explicit } });
  expect(missing).toContain("ens:clientSecret is not set: set clientSecret in the arguments of the ens.Provider");
});

test("a missing or invalid setting fails the operation and not the process, and the error names the ways to set it", async () => {
  const { clientId: _, ...rest } = good();
  const missing = await tryCreate({ env: inEnvironment(rest) });
  expect(missing).toContain("ens:clientId is not set: export ENS_CLIENT_ID (or ENS_CLIENT_ID_FILE)");
  expect(missing).toContain("or run 'pulumi config set ens:clientId'");
  expect(await tryCreate({})).toContain("ens:subdomain is not set: export ENS_SUBDOMAIN");
  const remote = { ...good(), restUrl: "http://rest.example.org" };
  expect(await tryCreate({ env: inEnvironment(remote) })).toContain("ens:restUrl must start with https://");
  const lost = { ...inEnvironment(rest), ENS_CLIENT_ID_FILE: join(folder, "nothing") };
  expect(await tryCreate({ env: lost })).toContain("cannot read the file in ENS_CLIENT_ID_FILE");
});

test("all kinds in one process share a token", async () => {
  const host = await startDynamicHost({ env: inEnvironment(good()) });
  try {
    await host.create(SCHEME);
    const subscription = { subscriptionName: "opens", eventCategoryTypes: ["EngagementEvents.EmailOpen"] };
    const refused = host.create({ ...subscription, callbackId: "none", filters: [], ...textOf("Subscription") });
    await expect(refused).rejects.toThrow("ens-subscriptions");
    expect(await simulator.admin.journal({ client: "auth" })).toHaveLength(1);
  } finally {
    await host.close();
  }
});

test("an unexpected business unit is rejected, and the state contains the business unit", async () => {
  const there = { ...good(), accountId: "7000003" };
  const config = { "ens:expectAccountId": "7000002" };
  const why =
    "could not create auth scheme for https://login.example.org: the current settings use business unit 7000003";
  expect(await tryCreate({ env: inEnvironment(there), config })).toContain(why);
  expect(await simulator.admin.journal()).toEqual([]);

  const host = await startDynamicHost({ env: inEnvironment(good()), config });
  const { id, state } = await host.create(SCHEME);
  expect(state).toMatchObject({ accountId: "7000002" });
  await host.close();
  const other = await startDynamicHost({ env: inEnvironment(there) });
  try {
    expect(await other.diff(id, state, SCHEME)).toMatchObject({ changes: true, replaces: ["accountId"] });
    await expect(other.delete(id, state)).rejects.toThrow(
      "this object belongs to business unit 7000002, but the current settings use 7000003",
    );
  } finally {
    await other.close();
  }
});
