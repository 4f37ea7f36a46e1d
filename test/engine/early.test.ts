import { shop, startWorld, type World } from "../support/world";

// A preview reports settings and programs that cannot be right, before a run changes anything.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const preview = (env: NodeJS.ProcessEnv) =>
  world.stack.shell("pulumi preview --stack dev --non-interactive --color never", env);
/** The CLI prints each message twice: during the run and in this summary. */
const diagnostics = ({ output, errors }: { output: string; errors: string }) =>
  (output + errors).split("Diagnostics:\n")[1] ?? "";
const countRequests = async () => (await world.simulator.admin.journal()).length;

const UNFIT: [NodeJS.ProcessEnv, string][] = [
  [
    { ENS_ACTIVATION_WAIT: "fast" },
    'ens:activationWait is "fast"; give a duration up to "10m", or "0s" to disable the wait',
  ],
  [{ ENS_ACCOUNT_ID: "abc" }, "ens:accountId is not a number; give the business unit's MID"],
  [{ ENS_EXPECT_ACCOUNT_ID: "abc" }, "ens:expectAccountId is not a number"],
  [{ ENS_ACCOUNT_ID: "7000002", ENS_EXPECT_ACCOUNT_ID: "7000003" }, "ens:expectAccountId is 7000003"],
  [{ ENS_REST_URL: "http://ens.example.org" }, "ens:restUrl must start with https://"],
  [{ ENS_AUTH_URL: "nonsense" }, "ens:authUrl must be a URL such as https://host"],
  [
    { ENS_REST_URL: "", ENS_AUTH_URL: "", ENS_SUBDOMAIN: "https://mc1.rest.marketingcloudapis.com" },
    'did you mean "mc1"?',
  ],
  [{ ENS_CLIENT_ID: "a b" }, "ens:clientId contains white space"],
  [{ ENS_CLIENT_SECRET: "[secret]" }, 'ens:clientSecret is "[secret]"'],
  [
    { ENS_CLIENT_SECRET: "", ENS_CLIENT_SECRET_FILE: "/nowhere/secret" },
    "cannot read the file in ENS_CLIENT_SECRET_FILE",
  ],
  [{ ENS_AUTH_SCHEME_SHAPE: "arrays" }, 'ens:authSchemeShape has the unknown keyword "arrays"'],
  [{ ENS_RECOVER: "yes" }, 'ENS_RECOVER is "yes"; the only value is take-over'],
];
const UNUSUAL: [NodeJS.ProcessEnv, string][] = [
  [{ ENS_CLIENT_ID: "" }, "ens:clientId is not set: export ENS_CLIENT_ID"],
  [{ ENS_REST_URL: "", ENS_AUTH_URL: "" }, "ens:subdomain is not set"],
  [{ ENS_REST_URL: "", ENS_AUTH_URL: "", ENS_SUBDOMAIN: "abcde" }, "ens:subdomain has 5 characters"],
  [{ ENS_CLIENTID: "x" }, "the environment variable ENS_CLIENTID is not a setting; did you mean ENS_CLIENT_ID?"],
];

/** Half of the cases for each stack. A preview takes two seconds, and the result does not depend on the stack. */
const half = <T>(all: readonly T[], which: string) =>
  all.filter((_, at) => (at % 2 === 0) === (which === "a new stack"));

describe.each(["a new stack", "an existing stack"])("the preview of %s", (which) => {
  beforeAll(async () => {
    world.stack.program(shop());
    if (which === "an existing stack") await world.stack.ok("up");
    await world.simulator.admin.clearJournal();
  });

  test.each(half(UNFIT, which))("fails with %j", async (env, message) => {
    const ran = await preview(env);
    const text = diagnostics(ran);
    expect([ran.code === 0, text.split(message).length - 1]).toEqual([false, 1]);
    expect(text).not.toMatch(/^\s+at /m);
    expect(ran.output + ran.errors).not.toContain("sim-secret");
    expect(await countRequests()).toBe(0);
  });

  test.each(half(UNUSUAL, which))("warns of %j", async (env, message) => {
    const ran = await preview(env);
    expect([ran.code, diagnostics(ran).split(message).length - 1]).toEqual([0, 1]);
  });

  test("accepts good settings without a warning", async () => {
    const { code, output, errors } = await preview({});
    expect(code).toBe(0);
    expect(output + errors).not.toMatch(/warning|ens:[a-z]/);
  });
});

test("an update of an unchanged stack also rejects an invalid setting", async () => {
  const up = (env: NodeJS.ProcessEnv) =>
    world.stack.shell("pulumi up --yes --skip-preview --stack dev --non-interactive --color never", env);
  const failed = await up({ ENS_ACCOUNT_ID: "abc" });
  expect(failed.code).not.toBe(0);
  expect(failed.output + failed.errors).toContain("ens:accountId is not a number");
});

test.each<[string, string, string]>([
  ["no arguments", 'new ens.Callback("it")', 'Callback "it": the arguments are missing; pass an object like { url:'],
  [
    "a string in place of a resource",
    'new ens.Callback("it", { url: "https://hooks.example.org/a", authScheme: "abc" })',
    'Callback "it": authScheme is "abc", which is not a resource; pass an id as authId',
  ],
  [
    "two names for one property",
    'new ens.Subscription("it", { callback: "x", callbackId: "x", eventCategoryTypes: [] })',
    'Subscription "it": callback and callbackId are both set; remove one of them',
  ],
])("a program with %s fails without a stack trace, and the error names its line", async (_, text, message) => {
  world.stack.program(text);
  const ran = await preview({});
  expect(ran.code).not.toBe(0);
  const lines = diagnostics(ran).split("\n");
  const at = lines.findIndex((line) => line.includes(message));
  expect(lines[at + 1]).toMatch(/^\s+at .*index\.js:3/);
  expect(lines.filter((line) => /^\s+at /.test(line))).toHaveLength(1);
});

test("a callback that moves from the top of a program into an endpoint keeps its key", async () => {
  await world.stack.ok("destroy");
  const parts = `
    const url = "https://hooks.example.org/orders";
    const events = { eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] };`;
  world.stack.program(`${parts}
    const callback = new ens.Callback("orders", { url });
    new ens.Subscription("orders-sent", { ...events, callback });`);
  await world.stack.ok("up");
  const before = await world.simulator.admin.state();
  world.stack.program(`${parts}
    const moved = ({ custom, props, opts }) => custom
      ? { props, opts: pulumi.mergeOptions(opts, { aliases: [{ parent: pulumi.rootStackResource }] }) } : undefined;
    new ens.WebhookEndpoint("orders", { url, subscriptions: { sent: events } }, { transforms: [moved] });`);
  await world.stack.ok("up");
  const after = await world.simulator.admin.state();
  const keyOf = ({ callbacks }: typeof after) =>
    callbacks.map(({ callbackId, signatureKey }) => [callbackId, signatureKey]);
  expect(keyOf(after)).toEqual(keyOf(before));
  expect(after.subscriptions.map(({ subscriptionId }) => subscriptionId)).toEqual(
    before.subscriptions.map(({ subscriptionId }) => subscriptionId),
  );
});

test("an endpoint is created, unchanged and deleted as a whole, and its parts show the line of the program", async () => {
  await world.stack.ok("destroy");
  world.stack.program(`
    const subscriptions = { sent: { eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] } };
    const idp = { grantType: "client_credentials", authUrl: "https://login.example.org/token",
      clientId: "ens-client-marker", clientSecret: "ens-secret-marker" };
    const one = new ens.WebhookEndpoint("orders",
      { url: "https://hooks.example.org/orders", authScheme: idp, subscriptions }, { protect: true });
    exports.callbackId = one.callbackId;
  `);
  await world.stack.ok("up");
  await world.stack.ok("preview", "--expect-no-changes");
  const { resources } = await world.stack.stored();
  expect(resources.map(({ urn }) => urn.split("::").at(-1)).sort()).toEqual(["orders", "orders-auth", "orders-sent"]);
  expect(new Set(resources.map(({ sourcePosition }) => sourcePosition))).toEqual(new Set(["project:///index.js#7,17"]));
  const kept = await world.stack.pulumi("destroy");
  expect(kept.code).not.toBe(0);
  expect((await world.simulator.admin.state()).callbacks).toHaveLength(1);
  await world.stack.ok("state", "unprotect", "--all", "--yes", "--stack", "dev");
  await world.stack.ok("destroy");
  expect(await world.simulator.admin.state()).toMatchObject({ callbacks: [], subscriptions: [], authentications: [] });
});
