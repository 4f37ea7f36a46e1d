import { changes } from "../support/engine";
import { shop, startWorld, type World } from "../support/world";

/** Time for which ENS still rejects a deletion because of an object that was deleted already. */
const LAG_SECONDS = 2;

let world: World;
beforeEach(async () => {
  world = await startWorld({ switches: { associationLag: LAG_SECONDS } });
});
afterEach(() => world?.close());

const readEns = () => world.simulator.admin.state();
const nothing = { callbacks: [], subscriptions: [], authentications: [] };
const urnOf = async (name: string) =>
  (await world.stack.stored()).resources.find(({ urn }) => urn.endsWith(`::${name}`))?.urn ?? "";
const addForeign = (subscriptionName: string, callbackId = "") =>
  world.simulator.admin.add("subscriptions", {
    ...{ subscriptionName, callbackId, eventCategoryTypes: ["EngagementEvents.EmailOpen"] },
  });

test("renamed resources are deleted in order, --target applies, and a deletion waits for the delay in ENS", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  let renamed = shop();
  for (const [before, after] of [
    ["idp", "login"],
    ["orders", "sales"],
    ["sent", "out"],
  ]) {
    const made = new RegExp(`\\("${before}", (.*)\\);$`, "m");
    renamed = renamed.replace(made, `("${after}", $1, { aliases: [{ name: "${before}" }] });`);
  }
  world.stack.program(renamed);
  expect(changes(await world.stack.ok("up"))).toEqual(["update sales", "update out"]);

  const refused = await world.stack.pulumi("destroy", "--target", await urnOf("sales"));
  expect(refused.code).not.toBe(0);
  expect(changes(refused)).toEqual([]);
  expect(changes(await world.stack.ok("destroy", "--target", await urnOf("out")))).toEqual(["delete out"]);
  const { callbacks, subscriptions } = await readEns();
  expect([callbacks.length, subscriptions.length]).toEqual([1, 0]);
  expect(changes(await world.stack.ok("destroy"))).toEqual(["delete sales", "delete login"]);
  expect(await readEns()).toEqual(nothing);
});

test("a callback whose creation failed is deleted before its scheme", async () => {
  world.receiver.verifies = false;
  world.stack.program(shop({ callback: { verification: { strategy: "receiver", timeout: "1s" } } }));
  expect((await world.stack.pulumi("up")).code).not.toBe(0);
  expect(changes(await world.stack.ok("destroy"))).toEqual(["delete orders", "delete idp"]);
  expect(await readEns()).toEqual(nothing);
});

test("a replaced scheme is deleted after ENS shows the new scheme on its callbacks", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  const [before] = (await readEns()).authentications;
  const replaced = changes(await world.stack.ok("up", "--replace", await urnOf("idp")));
  expect(replaced).toEqual(["create-replacement idp", "replace idp", "update orders", "delete-replaced idp"]);
  const { authentications, callbacks } = await readEns();
  expect(authentications).toHaveLength(1);
  expect(authentications[0]?.authId).not.toBe(before?.authId);
  expect(callbacks).toMatchObject([{ authId: authentications[0]?.authId }]);
});

test("an old callback that a replacement could not delete stays in the state until a run can delete it", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  const [old] = (await readEns()).callbacks;
  const blocker = await addForeign("legacy", old?.callbackId);
  world.stack.program(shop({ callback: { url: "https://hooks.example.org/new" } }));
  const first = await world.stack.pulumi("up");
  expect(first.code).not.toBe(0);
  expect(first.output).toContain(`callback ${old?.callbackId} still has 1 subscription: legacy (${blocker}). Delete`);
  const moved = await readEns();
  expect(moved.callbacks.map(({ url }) => url).sort()).toEqual(
    ["new", "orders"].map((at) => `https://hooks.example.org/${at}`),
  );
  const current = moved.callbacks.find(({ callbackId }) => callbackId !== old?.callbackId);
  expect(moved.subscriptions.map(({ callbackId }) => callbackId).sort()).toEqual(
    [old?.callbackId, current?.callbackId].sort(),
  );

  const second = await world.stack.pulumi("up");
  expect([second.code === 0, changes(second)]).toEqual([false, ["delete-replaced orders"]]);
  await world.simulator.admin.remove("subscriptions", blocker);
  expect(changes(await world.stack.ok("up"))).toEqual(["delete-replaced orders"]);
  expect((await readEns()).callbacks).toMatchObject([{ callbackId: current?.callbackId }]);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("a change of onDelete sends no request, and the new value applies to a replacement and to a destroy", async () => {
  world.stack.program(shop());
  await world.stack.ok("up");
  world.stack.program(shop({ callback: { onDelete: "cascade" }, scheme: { onDelete: "retain" } }));
  await world.simulator.admin.clearJournal();
  expect(changes(await world.stack.ok("up")).sort()).toEqual(["update idp", "update orders"]);
  expect(await world.simulator.admin.journal({ client: "rest" })).toEqual([]);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");

  const [old] = (await readEns()).callbacks;
  const blocker = await addForeign("legacy", old?.callbackId);
  const over = {
    callback: { url: "https://hooks.example.org/new", onDelete: "retain" },
    scheme: { onDelete: "retain" },
  };
  world.stack.program(shop(over));
  const { output } = await world.stack.ok("up");
  expect(output).toContain("Subscriptions from outside this stack are deleted with the old callback.");
  expect(output).toContain(`warning: callback ${old?.callbackId}: deleting its subscription legacy (${blocker})`);
  const [now, ...others] = (await readEns()).callbacks;
  expect([now?.url, others]).toEqual(["https://hooks.example.org/new", []]);

  const ours = await addForeign("theirs", now?.callbackId);
  const destroyed = await world.stack.ok("destroy");
  expect(destroyed.output).toMatch(
    /warning: callback .* at https:\/\/hooks\.example\.org\) stays in ENS, because onDelete is "retain"/,
  );
  expect(destroyed.output).toMatch(/warning: auth scheme .* stays in ENS, because onDelete is "retain"/);
  const { authentications, callbacks, subscriptions } = await readEns();
  expect([authentications.length, callbacks.length]).toEqual([1, 1]);
  expect(subscriptions.map(({ subscriptionId }) => subscriptionId)).toEqual([ours]);
  expect((await world.stack.stored()).resources).toEqual([]);
});
