import { type DynamicHost, type Properties, startDynamicHost, textOf } from "../support/dynamic-host";
import { CREDENTIALS, type Services, startServices } from "../support/world";

let services: Services;
let host: DynamicHost;
beforeAll(async () => {
  services = await startServices({ switches: { authGet: "on" } });
  host = await startDynamicHost({ env: settings() });
});
afterAll(async () => {
  await host?.close();
  await services?.close();
});

function settings(): NodeJS.ProcessEnv {
  const { restUrl: ENS_REST_URL, authUrl: ENS_AUTH_URL } = services.simulator;
  return { ENS_REST_URL, ENS_AUTH_URL, ENS_CLIENT_ID: "sim-client", ENS_CLIENT_SECRET: "sim-secret" };
}

const url = "https://hooks.example.org/orders";
const EVENTS = ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"];

/** Properties of a kind: valid inputs, an update in place, a replacement, and drift. */
interface Row {
  readonly kind: string;
  readonly collection: "authentications" | "callbacks" | "subscriptions";
  readonly idName: string;
  readonly given: Properties;
  /** Defaults that check adds. */
  readonly defaults: Properties;
  /** Outputs whose format differs from the inputs. */
  readonly shown: Properties;
  readonly changed: Properties;
  /** The same after the update. */
  readonly shownThen: Properties;
  readonly replacing?: { readonly given: Properties; readonly replaces: string[]; readonly named: Properties };
  readonly drifted: Properties;
}

const SCHEME: Row = {
  kind: "AuthScheme",
  collection: "authentications",
  idName: "authId",
  given: { grantType: "client_credentials", authUrl: "https://login.example.org/token", ...CREDENTIALS },
  defaults: {},
  shown: {},
  changed: { scope: "events" },
  shownThen: {},
  drifted: { authUrl: "https://login.example.org/other" },
};
const CALLBACK: Row = {
  kind: "Callback",
  collection: "callbacks",
  idName: "callbackId",
  given: { callbackName: "orders", url },
  defaults: { maxBatchSize: 1000, signatureKeyVersion: 1, verification: { strategy: "receiver", timeout: "5m" } },
  shown: {},
  changed: { callbackName: "sales", maxBatchSize: 100 },
  shownThen: {},
  replacing: {
    given: { url: "https://hooks.example.org/new" },
    replaces: ["url"],
    named: { callbackName: "orders-new" },
  },
  drifted: { maxBatchSize: 700 },
};
const subscriptionOf = (callbackId: string): Row => ({
  kind: "Subscription",
  collection: "subscriptions",
  idName: "subscriptionId",
  given: { subscriptionName: "sent", callbackId, eventCategoryTypes: EVENTS, filters: { definitionKey: "a" } },
  // The first check adds no default. The create adds them to the state.
  defaults: {},
  shown: {
    ...{ status: "active", statusReason: "set by pulumi-ens" },
    ...{ filters: ["definitionKey=a"], filtersForm: "object" },
  },
  shownThen: { filtersForm: "list" },
  changed: { filters: ["definitionKey=b"], status: "paused", statusReason: "maintenance" },
  replacing: {
    given: { callbackId: "8a3d6a0c-0e9f-4c56-9d80-1f5a1c7e6f10" },
    replaces: ["callbackId"],
    named: { subscriptionName: "sent-new" },
  },
  drifted: { eventCategoryTypes: ["EngagementEvents.EmailOpen"] },
});

/** Runs all calls in the engine's order. Each value comes from an earlier response. */
async function runLife(row: Row) {
  const { kind, collection, idName, given, defaults, shown, changed, shownThen, replacing, drifted } = row;
  const { admin } = services.simulator;
  const text = textOf(kind);
  const stored = async () => (await admin.state())[collection] as unknown as Properties[];
  const checked = async (news: Properties) => {
    const { inputs, failures } = await host.check({ ...news, ...text });
    expect(failures).toEqual([]);
    return inputs;
  };

  const inputs = await checked(given);
  expect(inputs).toEqual({ ...given, ...defaults, ...text });
  const { id, state } = await host.create(inputs);
  const added = { [idName]: id, accountId: "7000002", createdAt: expect.stringMatching(/^\d{4}-.*Z$/) };
  expect(state).toMatchObject({ ...inputs, ...shown, ...added });
  expect(await stored()).toMatchObject([{ [idName]: id }]);
  expect(await host.diff(id, state, inputs)).toEqual({ changes: false, replaces: [], deleteBeforeReplace: false });

  const next = await checked({ ...given, ...changed });
  expect(await host.diff(id, state, next)).toMatchObject({ changes: true, replaces: [] });
  const updated = await host.update(id, state, next);
  expect(updated).toEqual({ ...state, ...changed, ...shownThen });
  expect(await stored()).toMatchObject([{ [idName]: id, ...changed }]);
  expect(await host.diff(id, updated, next)).toMatchObject({ changes: false });

  if (replacing !== undefined) {
    const { given: other, replaces, named } = replacing;
    const moved = await checked({ ...given, ...changed, ...other });
    // The new object cannot have the same name while the old one exists.
    const sameName = Object.keys(named).some((name) => moved[name] === updated[name]);
    expect(await host.diff(id, updated, moved)).toEqual({ changes: true, replaces, deleteBeforeReplace: sameName });
    const renamed = await checked({ ...moved, ...named });
    expect(await host.diff(id, updated, renamed)).toEqual({ changes: true, replaces, deleteBeforeReplace: false });
  }

  expect(await host.read(id, updated)).toEqual({ id, state: updated, inputs: {} });
  await admin.patch(collection, id, drifted);
  const fresh = await startDynamicHost({ env: settings() }); // the provider keeps a list for ten seconds
  const read = await fresh.read(id, updated);
  await fresh.close();
  expect(read).toEqual({ id, state: { ...updated, ...drifted }, inputs: { ...next, ...drifted } });
  expect(await host.diff(id, read.state, next)).toMatchObject({ changes: true, replaces: [] });
  expect(await host.diff(id, read.state, read.inputs)).toMatchObject({ changes: false });
  return { id, state: read.state, stored };
}

/** Deletes the object twice. The following read returns no object. */
async function deleteTwice({ id, state, stored }: Awaited<ReturnType<typeof runLife>>) {
  await host.delete(id, state);
  expect(await stored()).toEqual([]);
  await host.delete(id, state);
  const longAgo = { ...state, createdAt: "2020-01-01T00:00:00.000Z" };
  expect((await host.read(id, longAgo)).id).toBe("");
}

test("an AuthScheme is created, updated, read and deleted", async () => {
  await deleteTwice(await runLife(SCHEME));
});

test("a Callback and its Subscription are created, updated, read and deleted", async () => {
  const callback = await runLife(CALLBACK);
  expect(callback.state).toMatchObject({ signatureKey: expect.stringMatching(/^.{43}=$/), status: "verified" });
  await deleteTwice(await runLife(subscriptionOf(callback.id)));
  await deleteTwice(callback);
});

test("the process prints nothing, and the engine gets warnings about new keys and lost events", () => {
  expect(host.printed()).toMatch(/^\d+\n$/);
  const key = expect.stringContaining("the callback will be replaced and gets a new signature key");
  const lost = expect.stringContaining("its name stays the same. Events in between are lost.");
  const deleted = expect.stringContaining("ENS no longer has this callback");
  expect(host.logged).toEqual([key, key, lost, deleted]);
});
