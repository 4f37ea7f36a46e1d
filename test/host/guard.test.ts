import { type DynamicHost, Refused, startDynamicHost, textOf } from "../support/dynamic-host";
import { CREDENTIALS, type Services, startServices } from "../support/world";

let services: Services;
let host: DynamicHost;
beforeEach(async () => {
  services = await startServices();
  host = await startDynamicHost({ env: settings() });
});
afterEach(async () => {
  await host?.close();
  await services?.close();
});

const settings = () => ({
  ENS_REST_URL: services.simulator.restUrl,
  ENS_AUTH_URL: services.simulator.authUrl,
  ENS_CLIENT_ID: "sim-client",
  ENS_CLIENT_SECRET: "sim-secret",
});
const url = "https://hooks.example.org/orders";
const CALLBACK = { callbackName: "orders", url, maxBatchSize: 1000, signatureKeyVersion: 1, ...textOf("Callback") };
const patient = { ...CALLBACK, verification: { strategy: "receiver", timeout: "5m" } };
const hasty = { ...CALLBACK, verification: { strategy: "receiver", timeout: "1s" } };
const SCHEME = {
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  ...CREDENTIALS,
  ...textOf("AuthScheme"),
};
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Returns the error of a call that must fail. */
async function refusalOf(call: Promise<unknown>): Promise<Refused> {
  const error = await call.then(
    () => new Error("it did not fail"),
    (failure: unknown) => failure,
  );
  if (!(error instanceof Refused)) throw error;
  return error;
}
const readCallbacks = async () => (await services.simulator.admin.state()).callbacks;

test("the state of an unverified callback has its id, key, reason and the text that identifies the provider", async () => {
  services.receiver.verifies = false;
  const { half } = await refusalOf(host.create(hasty));
  const [callback] = await readCallbacks();
  expect(half?.id).toBe(callback?.callbackId);
  expect(half?.reasons).toEqual([expect.stringContaining("exists but is not verified")]);
  const kept = { ...hasty, callbackId: half?.id, signatureKey: callback?.signatureKey, accountId: "7000002" };
  expect(half?.properties).toEqual({
    ...kept,
    pendingName: callback?.callbackName,
    status: "unverified",
    statusReason: "none",
    createdAt: expect.any(String),
  });
  expect(callback?.callbackName).toMatch(/^orders-[0-9a-f]{12}-pending$/);

  const { id = "", properties = {} } = half ?? {};
  expect(await host.diff(id, properties, hasty)).toEqual({ changes: true, replaces: [], deleteBeforeReplace: false });
  const { half: still } = await refusalOf(host.update(id, properties, hasty));
  expect(still).toEqual(half);
  const { state, inputs } = await host.read(id, properties);
  expect(state).toEqual(properties);
  expect(inputs).toEqual({}); // nothing has drifted, so the engine keeps the inputs of the last run

  await services.receiver.verifyNow();
  const done = await host.update(id, state, hasty);
  expect(done).toEqual({ ...kept, ...hasty, status: "verified", statusReason: "none", ...times });
  expect(await host.diff(id, done, hasty)).toMatchObject({ changes: false });
  expect(await readCallbacks()).toMatchObject([{ callbackId: id, callbackName: "orders", status: "verified" }]);
});
const times = { createdAt: expect.any(String), verifiedAt: expect.any(String) };

test("a rejected request during the wait keeps the callback in the state", async () => {
  services.receiver.verifies = false;
  const { admin } = services.simulator;
  await admin.faults([{ method: "GET", path: "/platform/v1/ens-callbacks/", kind: "status", status: 403, times: 9 }]);
  const refused = await refusalOf(host.create(patient));
  expect(refused.half?.id).toBe((await readCallbacks())[0]?.callbackId);
  expect(refused.message).toContain("403");
});

test("an error without an object has no id, and its code has no other meaning in gRPC", async () => {
  const { admin } = services.simulator;
  const subscription = { subscriptionName: "sent", callbackId: "none", ...textOf("Subscription") };
  const failures = [
    await refusalOf(host.create({ ...SCHEME, authUrl: "https://nobody.example.org/token" })),
    await refusalOf(host.create({ ...subscription, eventCategoryTypes: ["A.B"], filters: [], status: "active" })),
    await refusalOf(host.update("none", patient, { ...patient, callbackName: "other" })),
    await refusalOf(admin.faults([{ kind: "status", status: 403 }]).then(() => host.read("none", patient))),
    await refusalOf(admin.faults([{ kind: "status", status: 400 }]).then(() => host.delete("none", patient))),
  ];
  for (const { code, half, message } of failures) {
    expect({ code, half }).toEqual({ code: 2, half: undefined });
    expect(message).toMatch(/^could not (create|read|update|delete) /);
  }
  expect((await admin.state()).callbacks).toEqual([]);
});

test("a delete fails when all retries return an HTML page, and the error describes the page", async () => {
  const { id, state } = await host.create(SCHEME);
  await services.simulator.admin.faults([{ method: "DELETE", kind: "html", status: 500, times: 9 }]);
  expect((await refusalOf(host.delete(id, state))).message).toContain("returned 500: an HTML page");
  await services.simulator.admin.faults([]);
  await host.delete(id, state);
  expect((await services.simulator.admin.state()).authentications).toEqual([]);
});

test("an update of a deleted object fails and tells how to create the object again", async () => {
  const { id, state } = await host.create(patient);
  await services.simulator.admin.remove("callbacks", id);
  // For a new object, the provider would repeat a GET that returns 404.
  const old = { ...state, createdAt: "2026-01-01T00:00:00.000Z" };
  const { message } = await refusalOf(host.update(id, old, { ...patient, callbackName: "other" }));
  expect(message).toMatch(/^could not update callback .* \(orders at https:.*\): PUT .* returned 404/);
  expect(message).toMatch(/\. The object no longer exists in ENS\. Run 'pulumi up --refresh' to create it again\.$/);
});

test.each([
  [SCHEME, "clientSecret", 7, "clientSecret is a number; give the client secret for clientId"],
  [
    SCHEME,
    "username",
    "somebody",
    'username is for the password grant only; remove it, or set grantType to "password"',
  ],
  [
    CALLBACK,
    "url",
    "http://hooks.example.org",
    "url does not start with https://, but ENS accepts only https; give https://",
  ],
  [CALLBACK, "maxBatchSize", 5000, "maxBatchSize is 5000, above 1000; give a whole number of events from 100 to 1000"],
  [
    CALLBACK,
    "colour",
    "red",
    "colour is not a property of this resource; the properties are callbackName, url, maxBatchSize",
  ],
])("check returns the problem and a next step without the value (%#)", async (good, property, value, words) => {
  const { failures } = await host.check({ ...good, [property]: value });
  // The engine prints the value of the property that a failure names.
  expect(failures).toEqual([{ property: "", reason: expect.stringContaining(words) }]);
});

test("unknown values pass a check and do not affect the check of other values", async () => {
  const news = { ...CALLBACK, authId: UNKNOWN };
  expect(await host.check(news)).toEqual({ inputs: { ...patient, authId: UNKNOWN }, failures: [] });
  const subscription = { subscriptionName: "sent", eventCategoryTypes: UNKNOWN, callbackId: UNKNOWN };
  const { inputs, failures } = await host.check({ ...subscription, ...textOf("Subscription") });
  expect(failures).toEqual([]);
  expect(inputs).toEqual({ ...subscription, ...textOf("Subscription") });
  const before = { ...subscription, filters: ["definitionKey=a"], status: "paused" };
  const later = await host.check({ ...subscription, ...textOf("Subscription") }, before);
  expect(later).toMatchObject({ failures: [], inputs: { ...subscription, filters: [], status: "active" } });
});

test("the error for a kind that this version does not have lists the existing kinds", async () => {
  const { message } = await refusalOf(host.create(textOf("Webhook")));
  expect(message).toContain("this version of pulumi-ens has no Webhook, only AuthScheme, Callback, Subscription");
});

test("many creates at the same time use one token and the same settings", async () => {
  await services.simulator.admin.chance({ rate: 0 });
  const names = Array.from({ length: 20 }, (_, at) => `orders-${at}`);
  const made = await Promise.all(
    names.map((name) => host.create({ ...patient, callbackName: name, url: `${url}/${name}` })),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(20);
  const tokens = (await services.simulator.admin.journal()).filter(({ client }) => client === "auth");
  // The receiver requests its own token for each callback.
  expect(tokens).toHaveLength(1 + 20);
});

test("a long wait reports its progress through the engine, and works without an engine", async () => {
  services.receiver.verifies = false;
  const alone = await startDynamicHost({ env: settings(), engine: false });
  const waiting = { ...CALLBACK, verification: { strategy: "receiver", timeout: "16s" } };
  const [with_, without] = await Promise.all([
    refusalOf(host.create(waiting)),
    refusalOf(alone.create({ ...waiting, callbackName: "other", url: `${url}/other` })),
  ]);
  await alone.close();
  expect([with_.half, without.half]).toEqual([expect.anything(), expect.anything()]);
  expect(host.logged).toEqual([expect.stringMatching(/^waiting for .* 15 s so far$/)]);
});

test("no secret is printed, logged or thrown", async () => {
  services.receiver.verifies = false;
  const { id, state } = await host.create(SCHEME);
  const refusals = [await refusalOf(host.create(hasty))];
  for (const [method, call] of [
    ["PUT", () => host.update(id, state, { ...SCHEME, clientSecret: "wrong-secret-marker" })],
    ["DELETE", () => host.delete(id, state)],
  ] as const) {
    await services.simulator.admin.faults([{ method, kind: "status", status: 418, times: 9 }]);
    refusals.push(await refusalOf(call()));
  }
  await services.simulator.admin.faults([]);
  refusals.push(await refusalOf(host.update(id, state, { ...SCHEME, clientSecret: "wrong-secret-marker" })));
  const [callback] = await readCallbacks();
  const { signatureKey = "?", verificationKey = "?" } = callback ?? {};
  const secrets = [...Object.values(CREDENTIALS), "sim-secret", "wrong-secret-marker", signatureKey, verificationKey];
  const shown = [host.printed(), ...host.logged, ...refusals.map(({ message, stack }) => `${message}\n${stack}`)];
  expect(secrets.filter((secret) => shown.join("\n").includes(secret))).toEqual([]);
});
