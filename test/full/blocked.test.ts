import { changes, createStack } from "../support/engine";
import { postAgain } from "../support/receiver";
import { CREDENTIALS, shop, startWorld, type World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world?.close());

const readEns = () => world.simulator.admin.state();
const nothing = { callbacks: [], subscriptions: [], authentications: [] };

/** Creates an object through ENS's API, as a person does with curl. */
async function createThroughApi(route: string, object: object): Promise<void> {
  const made = await postAgain(world.simulator, `/platform/v1/${route}`, JSON.stringify([object]));
  if (!made.ok) throw new Error(await made.text());
}

test("a destroy fails and names the subscriptions that this stack did not create, and no object is lost", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  const callbackId = (await readEns()).callbacks[0]?.callbackId ?? "";
  const foreign = { subscriptionName: "legacy", callbackId, eventCategoryTypes: ["EngagementEvents.EmailOpen"] };
  await createThroughApi("ens-subscriptions", foreign);
  const blocker = (await readEns()).subscriptions.find(({ subscriptionName }) => subscriptionName === "legacy");

  const { code, output } = await world.stack.pulumi("destroy");
  expect(code).not.toBe(0);
  expect(output).toContain(`still has 1 subscription: legacy (${blocker?.subscriptionId}). Delete them first`);
  const left = await readEns();
  expect([left.authentications.length, left.callbacks.length, left.subscriptions]).toEqual([1, 1, [blocker]]);
  expect((await world.stack.stored()).resources).toHaveLength(2);

  await world.simulator.admin.remove("subscriptions", blocker?.subscriptionId ?? "");
  await world.stack.ok("destroy");
  expect(await readEns()).toEqual(nothing);
});

test("a destroy fails and names the callbacks of other stacks that use a scheme", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  const authId = (await readEns()).authentications[0]?.authId;
  const foreign = { callbackName: "legacy", url: "https://hooks.example.org/legacy", maxBatchSize: 1000, authId };
  await createThroughApi("ens-callbacks", foreign);
  const blocker = (await readEns()).callbacks.find(({ callbackName }) => callbackName === "legacy");

  const { code, output } = await world.stack.pulumi("destroy");
  expect(code).not.toBe(0);
  expect(output).toContain(`auth scheme ${authId} still has 1 callback: legacy (${blocker?.callbackId}). Delete them`);
  expect((await world.stack.stored()).resources.map(({ id }) => id)).toEqual([authId]);

  await world.simulator.admin.remove("callbacks", blocker?.callbackId ?? "");
  await world.stack.ok("destroy");
  expect(await readEns()).toEqual(nothing);
});

test("the error names which subscriptions belong to another stack and which to this stack", async () => {
  const callback = 'new ens.Callback("orders", { url: "https://hooks.example.org/orders" });';
  world.stack.program(callback);
  await world.stack.ok("up");
  const [orders] = (await readEns()).callbacks;
  // The program has a literal id. No output connects these subscriptions to the callback, so the engine knows of no
  // dependency.
  const subscription = (name: string) =>
    `new ens.Subscription("${name}", { callbackId: "${orders?.callbackId}", eventCategoryTypes: ["EngagementEvents.EmailOpen"] });`;
  const second = await createStack(world.simulator);
  try {
    second.program(subscription("extra"));
    await second.ok("up");
    world.stack.program(`${callback}${subscription("own")}`);
    await world.stack.ok("up");
    world.stack.program(subscription("own"));
    const { code, output } = await world.stack.pulumi("up");
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /still has 2 subscriptions: extra-\w{7} \([\w-]+\) created by a stack, own-\w{7} \([\w-]+\) managed by this stack\. /,
    );
    expect((await readEns()).subscriptions).toHaveLength(2);
    await second.ok("destroy");
    // The engine deletes both at the same time. The callback waits until its subscription is deleted.
    expect(changes(await world.stack.ok("destroy")).sort()).toEqual(["delete orders", "delete own"]);
    expect(await readEns()).toEqual(nothing);
  } finally {
    second.close();
  }
});

test("resources that are removed from the program are deleted in order, and the others do not change", async () => {
  const second = `
    const other = new ens.AuthScheme("other", ${JSON.stringify({ grantType: "client_credentials", authUrl: "https://login.example.org/token", ...CREDENTIALS })});
    const late = new ens.Callback("late", { url: "https://hooks.example.org/late", authScheme: other });
    for (const at of [1, 2, 3]) {
      new ens.Subscription("late-" + at, { callback: late, eventCategoryTypes: ["EngagementEvents.EmailOpen"] });
    }`;
  world.stack.program(shop() + second);
  await world.stack.ok("up");
  world.stack.program(shop());
  const did = changes(await world.stack.ok("up"));
  expect(did.slice(0, 3).sort()).toEqual(["delete late-1", "delete late-2", "delete late-3"]);
  expect(did.slice(3)).toEqual(["delete late", "delete other"]);
  const { authentications, callbacks, subscriptions } = await readEns();
  expect([authentications.length, callbacks.length, subscriptions.length]).toEqual([1, 1, 1]);
});

test("one run detaches a scheme from its callback and then deletes the scheme", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  world.stack.program(`
    const orders = new ens.Callback("orders", { url: "https://hooks.example.org/orders", maxBatchSize: 500 });
    new ens.Subscription("sent", {
      callback: orders,
      eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"],
      filters: { definitionKey: "order-confirm" },
    });`);
  expect(changes(await world.stack.ok("up"))).toEqual(["update orders", "delete idp"]);
  const { authentications, callbacks } = await readEns();
  expect(authentications).toEqual([]);
  expect(callbacks[0]).not.toHaveProperty("authId");
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("the URL of a callback outside the stack is rejected with a next step, and that callback does not change", async () => {
  await createThroughApi("ens-callbacks", {
    callbackName: "theirs",
    url: "https://hooks.example.org/orders",
    maxBatchSize: 300,
  });
  const [before] = (await readEns()).callbacks;
  world.stack.program(shop());
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain(`callback ${before?.callbackId} (theirs) already exists at https://hooks.example.org`);
  expect(output).toMatch(/To manage this callback, set adopt: "(always|ifUnverified)"/);
  expect((await readEns()).callbacks).toMatchObject([
    { callbackId: before?.callbackId, callbackName: "theirs", maxBatchSize: 300, signatureKey: before?.signatureKey },
  ]);
});

test("a stack whose state was lost lists the existing objects and adopts them without a new key", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  const before = (await readEns()).callbacks[0];
  await world.stack.ok("stack", "rm", "dev", "--force", "--yes");
  await world.stack.ok("stack", "init", "dev");
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain(
    `callback ${before?.callbackId} (${before?.callbackName}) already exists at https://hooks.example.org`,
  );
  expect(output).toContain('To manage this callback, set adopt: "always"');
  world.stack.program(shop({ callback: { adopt: "always" } }));
  await world.stack.ok("up");
  const after = await readEns();
  expect(after.callbacks).toMatchObject([{ callbackId: before?.callbackId, signatureKey: before?.signatureKey }]);
  expect(after.subscriptions).toHaveLength(1);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});
