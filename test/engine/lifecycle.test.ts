import { changes } from "../support/engine";
import { shop, startWorld, type World } from "../support/world";

// One stack through its life: each test goes on where the one before it ended.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const live = () => world.simulator.admin.state();
/** A resource as it is stored. */
async function stored(name: string) {
  const { resources } = await world.stack.stored();
  const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`there is no ${name} in the state`);
  return found;
}

test("a preview of the first run plans all of it, with everything not known yet, and calls nobody", async () => {
  world.stack.program(shop());
  const planned = await world.stack.ok("preview");
  expect(changes(planned)).toEqual(["create idp", "create orders", "create sent"]);
  expect(await live()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  expect(await world.simulator.admin.journal()).toEqual([]);
});

test("the first run makes scheme, verified callback and subscription, each from the outputs of the one before", async () => {
  const made = await world.stack.ok("up");
  expect(changes(made)).toEqual(["create idp", "create orders", "create sent"]);
  const { authentications, callbacks, subscriptions } = await live();
  expect(authentications).toMatchObject([{ grantType: "client_credentials" }]);
  expect(callbacks).toMatchObject([{ status: "verified", maxBatchSize: 500, authId: authentications[0]?.authId }]);
  expect(subscriptions).toMatchObject([{ status: "active", callbackId: callbacks[0]?.callbackId }]);
  expect(callbacks[0]?.callbackName).toMatch(/^orders-[0-9a-f]{7}$/);
});

test("the constant text, the line of the program and little else is stored with a resource", async () => {
  const { resources } = await world.stack.stored();
  expect(resources.map(({ inputs }) => inputs.__provider)).toEqual(
    ["AuthScheme", "Callback", "Subscription"].map(
      (kind) => `exports.handler=()=>require("pulumi-ens/runtime").provider("${kind}")`,
    ),
  );
  // The engine adds paths of this machine, whose length is nobody's fault.
  for (const { sourcePosition, stackTrace, ...resource } of resources) {
    expect(JSON.stringify(resource).length).toBeLessThan(2000);
    expect(sourcePosition).toMatch(/^project:\/\/\/index\./);
    // Nothing of Node.js, of the SDK and of this package.
    expect(stackTrace).toEqual([{ sourcePosition }]);
  }
});

test("the second run finds nothing to do, and asks ENS nothing", async () => {
  await world.simulator.admin.clearJournal();
  const again = await world.stack.ok("up", "--expect-no-changes");
  expect(changes(again)).toEqual([]);
  expect(await world.simulator.admin.journal()).toEqual([]);
});

test("another order or form of the same lists is an update that asks ENS nothing, and ENS's own order is none", async () => {
  const eventCategoryTypes = ["TransactionalSendEvents.EmailNotSent", "TransactionalSendEvents.EmailSent"];
  world.stack.program(shop({ subscription: { eventCategoryTypes, filters: ["definitionKey=order-confirm"] } }));
  await world.simulator.admin.clearJournal();
  expect(changes(await world.stack.ok("up"))).toEqual(["update sent"]);
  expect(await world.simulator.admin.journal()).toEqual([]);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
  world.stack.program(shop());
  await world.stack.ok("up");
});

test("an update is previewed for what changes alone, and made in place", async () => {
  const before = await live();
  world.stack.program(shop({ callback: { maxBatchSize: 100 } }));
  const planned = await world.stack.ok("preview", "--diff");
  expect(changes(planned)).toEqual(["update orders"]);
  expect(planned.output).toMatch(/~ maxBatchSize *: 500 => 100/);
  expect(changes(await world.stack.ok("up"))).toEqual(["update orders"]);
  const after = await live();
  expect(after).toEqual({ ...before, callbacks: [{ ...before.callbacks[0], maxBatchSize: 100 }] });
});

test("each property that ENS can change is changed in place", async () => {
  const before = await live();
  world.stack.program(
    shop({
      scheme: { scope: "events" },
      callback: { callbackName: "Orders", maxBatchSize: 200 },
      subscription: {
        subscriptionName: "Sent",
        eventCategoryTypes: ["EngagementEvents.EmailOpen"],
        filters: [],
        status: "paused",
        statusReason: "maintenance",
      },
    }),
  );
  expect(changes(await world.stack.ok("up"))).toEqual(["update idp", "update orders", "update sent"]);
  const after = await live();
  expect(after.authentications).toMatchObject([{ authId: before.authentications[0]?.authId, scope: "events" }]);
  expect(after.callbacks).toMatchObject([
    { callbackId: before.callbacks[0]?.callbackId, callbackName: "Orders", maxBatchSize: 200 },
  ]);
  expect(after.subscriptions).toMatchObject([
    {
      subscriptionId: before.subscriptions[0]?.subscriptionId,
      subscriptionName: "Sent",
      eventCategoryTypes: ["EngagementEvents.EmailOpen"],
      filters: [],
      status: "paused",
      statusReason: "maintenance",
    },
  ]);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("a new url replaces: the new callback is there and takes over before the old one goes", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  const [old] = (await live()).callbacks;
  const { outputs } = await stored("orders");
  world.stack.program(shop({ callback: { url: "https://hooks.example.org/moved" } }));
  const planned = await world.stack.ok("preview");
  expect(planned.output).toContain("the callback will be replaced and gets a new signature key. Update its receiver.");
  expect(planned.output).not.toContain("events are lost");
  const replaced = await world.stack.ok("up");
  const steps = [
    "create-replacement orders",
    "replace orders",
    "create-replacement sent",
    "replace sent",
    "delete-replaced sent",
    "delete-replaced orders",
  ];
  expect(changes(replaced).filter((step) => !step.startsWith("replace "))).toEqual(
    steps.filter((step) => !step.startsWith("replace ")),
  );
  expect(new Set(changes(planned))).toEqual(new Set(steps));
  const { callbacks, subscriptions } = await live();
  expect(callbacks).toMatchObject([{ url: "https://hooks.example.org/moved", status: "verified" }]);
  expect(callbacks[0]?.callbackId).not.toBe(old?.callbackId);
  expect(callbacks[0]?.callbackName).not.toBe(old?.callbackName);
  expect(subscriptions).toMatchObject([{ callbackId: callbacks[0]?.callbackId }]);
  expect((await stored("orders")).outputs.signatureKey).not.toEqual(outputs.signatureKey);
});

test("one with a name of its own is replaced the other way round: the old one goes first", async () => {
  const named = { callbackName: "Orders" };
  world.stack.program(shop({ callback: { ...named, url: "https://hooks.example.org/moved" } }));
  await world.stack.ok("up");
  world.stack.program(shop({ callback: named }));
  const ran = await world.stack.ok("up");
  expect(ran.output).toContain("gets a new signature key");
  const did = changes(ran).filter((step) => /^(create|delete)/.test(step));
  expect(did).toEqual([
    "delete-replaced sent",
    "delete-replaced orders",
    "create-replacement orders",
    "create-replacement sent",
  ]);
  expect((await live()).callbacks).toMatchObject([{ ...named, url: "https://hooks.example.org/orders" }]);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("bad input stops the preview, naming property, problem and way out, and nothing happens", async () => {
  const before = await live();
  world.stack.program(shop({ callback: { url: "http://hooks.example.org/orders", maxBatchSize: 5 } }));
  const { code, output } = await world.stack.pulumi("preview");
  expect(code).not.toBe(0);
  expect(output).toContain(
    "resource 'orders' has a problem: url does not start with https://, but ENS accepts only https; give https://",
  );
  expect(output).toContain("resource 'orders' has a problem: maxBatchSize is 5, below 100; give a whole number");
  expect(await live()).toEqual(before);
});

test("a destroy leaves nothing, subscription first and scheme last", async () => {
  world.stack.program(shop());
  const gone = await world.stack.ok("destroy");
  expect(changes(gone)).toEqual(["delete sent", "delete orders", "delete idp"]);
  expect(await live()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
});
