import { changes } from "../support/engine";
import { shop, startWorld, type World } from "../support/world";

// All tests use one stack. Each test continues with the result of the test before it.

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const readEns = () => world.simulator.admin.state();
/** A resource in the state. */
async function stored(name: string) {
  const { resources } = await world.stack.stored();
  const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`there is no ${name} in the state`);
  return found;
}

test("a preview of the first run plans all resources with unknown values, and sends no request", async () => {
  world.stack.program(shop());
  const planned = await world.stack.ok("preview");
  expect(changes(planned)).toEqual(["create idp", "create orders", "create sent"]);
  expect(await readEns()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  expect(await world.simulator.admin.journal()).toEqual([]);
});

test("the first run creates a scheme, a verified callback and a subscription, each from outputs of the previous one", async () => {
  const made = await world.stack.ok("up");
  expect(changes(made)).toEqual(["create idp", "create orders", "create sent"]);
  const { authentications, callbacks, subscriptions } = await readEns();
  expect(authentications).toMatchObject([{ grantType: "client_credentials" }]);
  expect(callbacks).toMatchObject([{ status: "verified", maxBatchSize: 500, authId: authentications[0]?.authId }]);
  expect(subscriptions).toMatchObject([{ status: "active", callbackId: callbacks[0]?.callbackId }]);
  expect(callbacks[0]?.callbackName).toMatch(/^orders-[0-9a-f]{7}$/);
});

test("the state of a resource has the constant provider text, the line of the program and little else", async () => {
  const { resources } = await world.stack.stored();
  expect(resources.map(({ inputs }) => inputs.__provider)).toEqual(
    ["AuthScheme", "Callback", "Subscription"].map(
      (kind) => `exports.handler=()=>require("pulumi-ens/runtime").provider("${kind}")`,
    ),
  );
  // The engine adds paths of this machine, whose length does not count.
  for (const { sourcePosition, stackTrace, ...resource } of resources) {
    expect(JSON.stringify(resource).length).toBeLessThan(2000);
    expect(sourcePosition).toMatch(/^project:\/\/\/index\./);
    // The stack trace has no frame of Node.js, of the SDK or of this package.
    expect(stackTrace).toEqual([{ sourcePosition }]);
  }
});

test("the second run finds nothing to do and sends no request", async () => {
  await world.simulator.admin.clearJournal();
  const again = await world.stack.ok("up", "--expect-no-changes");
  expect(changes(again)).toEqual([]);
  expect(await world.simulator.admin.journal()).toEqual([]);
});

test("the same list in another order is an update without a request, and ENS's own order is no change", async () => {
  const eventCategoryTypes = ["TransactionalSendEvents.EmailNotSent", "TransactionalSendEvents.EmailSent"];
  world.stack.program(shop({ subscription: { eventCategoryTypes, filters: ["definitionKey=order-confirm"] } }));
  await world.simulator.admin.clearJournal();
  expect(changes(await world.stack.ok("up"))).toEqual(["update sent"]);
  expect(await world.simulator.admin.journal()).toEqual([]);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
  world.stack.program(shop());
  await world.stack.ok("up");
});

test("a preview shows an update of the changed property alone, and the run updates in place", async () => {
  const before = await readEns();
  world.stack.program(shop({ callback: { maxBatchSize: 100 } }));
  const planned = await world.stack.ok("preview", "--diff");
  expect(changes(planned)).toEqual(["update orders"]);
  expect(planned.output).toMatch(/~ maxBatchSize *: 500 => 100/);
  expect(changes(await world.stack.ok("up"))).toEqual(["update orders"]);
  const after = await readEns();
  expect(after).toEqual({ ...before, callbacks: [{ ...before.callbacks[0], maxBatchSize: 100 }] });
});

test("each property that ENS can change is updated in place", async () => {
  const before = await readEns();
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
  const after = await readEns();
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

test("for a new URL, the new callback is created and receives events before the old one is deleted", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  const [old] = (await readEns()).callbacks;
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
  const { callbacks, subscriptions } = await readEns();
  expect(callbacks).toMatchObject([{ url: "https://hooks.example.org/moved", status: "verified" }]);
  expect(callbacks[0]?.callbackId).not.toBe(old?.callbackId);
  expect(callbacks[0]?.callbackName).not.toBe(old?.callbackName);
  expect(subscriptions).toMatchObject([{ callbackId: callbacks[0]?.callbackId }]);
  expect((await stored("orders")).outputs.signatureKey).not.toEqual(outputs.signatureKey);
});

test("a callback with an explicit name is deleted before its replacement is created", async () => {
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
  expect((await readEns()).callbacks).toMatchObject([{ ...named, url: "https://hooks.example.org/orders" }]);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("an invalid input fails the preview with the property, the problem and a next step, and nothing changes", async () => {
  const before = await readEns();
  world.stack.program(shop({ callback: { url: "http://hooks.example.org/orders", maxBatchSize: 5 } }));
  const { code, output } = await world.stack.pulumi("preview");
  expect(code).not.toBe(0);
  expect(output).toContain(
    "resource 'orders' has a problem: url does not start with https://, but ENS accepts only https; give https://",
  );
  expect(output).toContain("resource 'orders' has a problem: maxBatchSize is 5, below 100; give a whole number");
  expect(await readEns()).toEqual(before);
});

test("a destroy deletes all objects, the subscription first and the scheme last", async () => {
  world.stack.program(shop());
  const gone = await world.stack.ok("destroy");
  expect(changes(gone)).toEqual(["delete sent", "delete orders", "delete idp"]);
  expect(await readEns()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
});
