import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { get } from "../../provider/src/cli/get";
import { list } from "../../provider/src/cli/list";
import { CLIENT_SECRET, environmentOf, fillUnit, runCommand, secretsOf } from "../support/cli";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ clientSecret: CLIENT_SECRET });
});
afterEach(() => simulator.close());

const lists = (...args: string[]) => runCommand(list, args, environmentOf(simulator));
const gets = (...args: string[]) => runCommand(get, args, environmentOf(simulator));
const made = (collection: Parameters<Simulator["admin"]["add"]>[0], fields: object) =>
  simulator.admin.add(collection, fields);

test("an unknown kind is rejected without a request", async () => {
  for (const [args, message] of [
    [["callback"], "there is no such kind of object. Did you mean callbacks?"],
    [["everything"], "there is no such kind of object. Give callbacks, subscriptions or auth-schemes."],
    [["callbacks", "subscriptions"], "this command accepts one argument besides its options, but got 2."],
    [["--name"], "--name <pattern> has no value."],
  ] as const) {
    const ran = await lists(...args);
    expect({ code: ran.code, printed: ran.printed }).toEqual({ code: 2, printed: "" });
    expect(ran.noted).toContain(message);
  }
  expect(await simulator.admin.journal()).toEqual([]);
});

test("wrong credentials, a missing permission and no network are reported with a hint", async () => {
  const wrong = { ...environmentOf(simulator), ENS_CLIENT_SECRET: "another-secret" };
  await expect(runCommand(list, [], wrong)).rejects.toThrow(
    /\. Check ENS_CLIENT_ID, ENS_CLIENT_SECRET .* Run `ens doctor` for details\.$/,
  );
  const nowhere = { ...environmentOf(simulator), ENS_AUTH_URL: "http://127.0.0.1:9" };
  await expect(runCommand(list, [], nowhere)).rejects.toThrow(
    /got no response: .*\. Check that the simulator is running at http:\/\/127\.0\.0\.1:9\. Run `ens doctor` for details\.$/,
  );
  await simulator.admin.changePackage("sim-client", { scopes: ["event_notification_callback_read"] });
  await simulator.admin.clock({ advanceSeconds: 301 });
  await made("callbacks", { callbackName: "a", url: "https://hooks.example.org/a" });
  expect((await lists("callbacks")).code).toBe(0);
  await expect(lists("subscriptions")).rejects.toThrow(
    /needs event_notification_subscription_read .*\. Run `ens doctor` to see all missing permissions\.$/,
  );
});

test("the table of thirty callbacks shows hosts without paths, and each subscription names its callback", async () => {
  await fillUnit(simulator);
  const ran = await lists("callbacks");
  const lines = ran.printed.trim().split("\n");
  expect(lines).toHaveLength(32);
  expect(lines[0]).toMatch(/^id +name +status +host$/);
  expect(lines[4]).toMatch(/^[0-9a-f-]{36} {2}shop-03 {2}unverified {2}hooks0\.example\.org$/);
  expect(lines.at(-1)).toBe("30 callbacks");
  const subscriptions = await lists("subscriptions");
  expect(subscriptions.printed).toMatch(/\n54 subscriptions\n$/);
  expect(subscriptions.progresses.at(-1)).toBe("read the subscriptions of 30 of 30 callbacks");
  const everything = ran.printed + subscriptions.printed + (await lists("--json")).printed;
  expect(everything).not.toContain("path-marker");
  for (const secret of await secretsOf(simulator)) expect(everything).not.toContain(secret);
});

test("filters select by status and name, and the JSON document has the same objects as the table", async () => {
  await fillUnit(simulator);
  const { callbacks } = (await lists("callbacks", "--status", "SUSPENDED", "--name", "shop-*", "--json")).document<{
    callbacks: Record<string, unknown>[];
  }>();
  expect(callbacks.map(({ callbackName }) => callbackName)).toEqual(["shop-07", "shop-17", "shop-27"]);
  expect(callbacks[0]).toEqual({
    callbackId: expect.any(String),
    callbackName: "shop-07",
    status: "suspended",
    statusReason: "too many failures",
    host: "hooks1.example.org",
    maxBatchSize: 1000,
    authId: null,
  });
  const paused = (
    await lists("subscriptions", "--status", "paused", "--name", "*-0?-open", "--name", "shop-1*", "--json")
  ).document<{
    subscriptions: { subscriptionName: string; filters: string[] }[];
  }>();
  expect(paused.subscriptions.map(({ subscriptionName }) => subscriptionName)).toEqual([
    "shop-10-open",
    "shop-15-open",
  ]);
  expect(paused.subscriptions[0]?.filters).toEqual(["definitionKey=a"]);
  expect(Object.keys(paused)).toEqual(["subscriptions"]);
  expect((await lists("callbacks", "--name", "nothing")).printed).toBe("No callbacks.\n");
});

test("only auth schemes that callbacks use are listed, and the list says so", async () => {
  await fillUnit(simulator, 4);
  const ran = await lists("auth-schemes");
  expect(ran.printed).toMatch(
    /^id +used by\nscheme-0 +1 callback\nscheme-2 +1 callback\n2 auth schemes\nENS has no list of auth schemes\. This list/,
  );
  const all = (await lists("--json")).document();
  expect(Object.keys(all)).toEqual(["callbacks", "subscriptions", "authSchemes"]);
});

test("control characters in names are escaped, and wide characters keep the columns aligned", async () => {
  await made("callbacks", { callbackName: "a\u001b[2Jb\nc\u202ed", url: "https://hooks.example.org/a" });
  await made("callbacks", { callbackName: "注文", url: "https://hooks.example.org/b" });
  const { printed } = await lists("callbacks");
  expect(printed).toContain("a\\u{1b}[2Jb\\u{a}c\\u{202e}d");
  expect(printed).toMatch(/ {2}注文 {21} /);
});

test("an object of each kind is shown with its related objects", async () => {
  await simulator.admin.switches({ authGet: "on" });
  const authId = await made("authentications", {
    authUrl: "https://login.example.org/token-path",
    clientId: "their-client",
    clientSecret: "their-secret",
  });
  const callbackId = await made("callbacks", {
    callbackName: "orders",
    url: "https://hooks.example.org/path-marker",
    authId,
    statusReason: "slow",
    status: "suspended",
  });
  const eventCategoryTypes = ["EngagementEvents.EmailOpen", "TransactionalSendEvents.EmailSent"];
  const subscriptionId = await made("subscriptions", { callbackId, subscriptionName: "sent", eventCategoryTypes });
  const callback = await gets(callbackId);
  expect(callback.printed).toBe(
    `callback       orders\nid             ${callbackId}\nstatus         suspended\nreason         slow\nhost           hooks.example.org\n` +
      `batch size     1000\nauth scheme    ${authId}\nsubscriptions  sent (${subscriptionId}, active)\n`,
  );
  expect((await gets(callbackId, "--show-url")).printed).toContain("https://hooks.example.org/path-marker");
  expect((await gets(callbackId, "--json")).document()).toMatchObject({
    kind: "callback",
    callbackId,
    host: "hooks.example.org",
    subscriptions: [{ subscriptionId }],
  });
  const subscription = await gets(subscriptionId);
  expect(subscription.printed).toContain(
    `callback         orders (${callbackId}) at hooks.example.org\ncallback status  suspended\n`,
  );
  expect(subscription.printed).toContain(
    "event types      EngagementEvents.EmailOpen\n                 TransactionalSendEvents.EmailSent\n",
  );
  expect((await gets(subscriptionId, "--json")).document()).toMatchObject({
    kind: "subscription",
    eventCategoryTypes,
    callback: { callbackId },
  });
  const scheme = await gets(authId, "--json");
  expect(scheme.document()).toEqual({
    kind: "auth-scheme",
    authId,
    authUrl: "https://login.example.org",
    grantType: "client_credentials",
    callbacks: [callbackId],
  });
  const printed = [callback, subscription, scheme].map((ran) => ran.printed).join();
  for (const secret of [...(await secretsOf(simulator)), "their-secret", "path-marker"])
    expect(printed).not.toContain(secret);
});

test.each(["off", "off-405", "on"] as const)(
  "when GET of auth schemes is %s, an auth scheme is found through its callbacks",
  async (authGet) => {
    await simulator.admin.switches({ authGet });
    const callbackId = await made("callbacks", {
      callbackName: "orders",
      url: "https://hooks.example.org/",
      authId: "scheme-1",
    });
    expect((await gets("scheme-1", "--json")).document()).toMatchObject({
      kind: "auth-scheme",
      authId: "scheme-1",
      callbacks: [callbackId],
    });
  },
);

test.each(["400", "404"] as const)(
  "an unknown id is reported with the business unit when ENS returns %s",
  async (malformedId) => {
    await simulator.admin.switches({ malformedId });
    for (const id of ["nonsense", "00000000-0000-4000-8000-000000000000", "../ens-callbacks"]) {
      await expect(gets(id)).rejects.toThrow(
        /^business unit 7000002 has no callback, subscription or auth scheme with this id\. Run `ens list` to see all/,
      );
    }
  },
);
