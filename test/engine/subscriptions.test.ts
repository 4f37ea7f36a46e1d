import { setTimeout as pause } from "node:timers/promises";
import { changes, type Ran } from "../support/engine";
import { startWorld, type World } from "../support/world";

// All tests use one stack. Each test continues with the result of the test before it. Here a new subscription takes
// effect after two seconds, and a moved one stays for three.

const SENT = "TransactionalSendEvents.EmailSent";
let world: World;
beforeAll(async () => {
  const options = { switches: { unknownTypes: "accept" }, lag: { subscriptions: 2 } } as const;
  world = await startWorld(options, { ENS_ACTIVATION_WAIT: "3s" });
});
afterAll(() => world?.close());

const readEns = () => world.simulator.admin.state();
const subscriptionOf = async (name: string) =>
  (await readEns()).subscriptions.find(
    ({ subscriptionName }) => subscriptionName.replace(/-[0-9a-f]{7}$/, "") === name,
  );
const LOST =
  "the subscription is deleted before the new one is created, because its name stays the same. Events in between are lost.";

/** Returns a program with two callbacks, and subscriptions with explicit and generated names. */
function program(over: { orders?: object; own?: object; on?: "orders" | "other"; more?: string } = {}): string {
  const orders = { url: "https://hooks.example.org/orders", ...over.orders };
  const own = { subscriptionName: "own", eventCategoryTypes: [SENT], ...over.own };
  const on = over.on ?? "orders";
  return `
    const orders = new ens.Callback("orders", ${JSON.stringify(orders)});
    const other = new ens.Callback("other", { url: "https://hooks.example.org/other" });
    new ens.Subscription("auto", { callback: ${on}, eventCategoryTypes: ["${SENT}"] });
    new ens.Subscription("own", { ...${JSON.stringify(own)}, callback: ${on} });
    ${over.more ?? ""}`;
}
/** The operations on one resource, in order. */
const done = (ran: Ran, name: string) =>
  changes(ran).flatMap((step) => (step.endsWith(` ${name}`) && !step.startsWith("replace ") ? step.split(" ")[0] : []));
/** The lines of a run about one subscription, with all lines that follow them. */
const linesAbout = ({ output }: Ran, name: string) =>
  output.split("\n").filter((line) => new RegExp(`subscription .*${name}`).test(line));

test("a value that looks misspelled causes a warning with a suggestion, and the subscription is created", async () => {
  const typo = `new ens.Subscription("typo", {
      callback: orders,
      eventCategoryTypes: ["TransactionalSendEvents.SMSSent", "SendEvents.EmailSent", "New.Type"],
      filters: { definitionkey: "a" },
    });`;
  world.stack.program(program({ own: { status: "paused", statusReason: "not yet" }, more: typo }));
  const planned = await world.stack.ok("preview");
  for (const [what, meant] of [
    ["eventCategoryTypes[0]", "did you mean TransactionalSendEvents.SmsSent?"],
    ["eventCategoryTypes[1]", `did you mean ${SENT}?`],
    ["eventCategoryTypes[2]", "it is sent unchanged, and ENS decides"],
    ["filters.definitionkey", "did you mean definitionKey?"],
  ] as const) {
    expect(planned.output).toContain(`${what} is not in ENS's documentation; ${meant}`);
  }
  expect(changes(await world.stack.ok("up"))).toHaveLength(5);
  expect(await subscriptionOf("typo")).toMatchObject({ filters: ["definitionkey=a"], status: "active" });
});

test("a subscription that starts as paused is paused, and is resumed and paused in place", async () => {
  const first = await subscriptionOf("own");
  expect(first).toMatchObject({ status: "paused", statusReason: "not yet" });
  const before = (await readEns()).callbacks;
  world.stack.program(program());
  expect(changes(await world.stack.ok("up")).sort()).toEqual(["delete typo", "update own"]);
  expect(await subscriptionOf("own")).toMatchObject({ subscriptionId: first?.subscriptionId, status: "active" });
  world.stack.program(program({ own: { status: "paused", statusReason: "maintenance" } }));
  expect(changes(await world.stack.ok("up"))).toEqual(["update own"]);
  expect(await subscriptionOf("own")).toEqual({ ...first, status: "paused", statusReason: "maintenance" });
  expect((await readEns()).callbacks).toEqual(before);
  world.stack.program(program());
  await world.stack.ok("up");
});

test("a subscription with a generated name moves without a gap, and one with an explicit name is deleted first", async () => {
  world.stack.program(program({ on: "other" }));
  const planned = await world.stack.ok("preview");
  expect(linesAbout(planned, "own").join()).toContain(LOST);
  expect(linesAbout(planned, "auto").join()).not.toContain("lost");
  const ids = async () => (await readEns()).subscriptions.map(({ subscriptionId }) => subscriptionId);
  const [auto, own] = [await subscriptionOf("auto"), await subscriptionOf("own")];
  const events: Set<string>[] = [];
  const moving = { over: false };
  const traffic = (async () => {
    // The loop sends once more after the end, when the old subscriptions no longer exist.
    for (let ended = false; !ended; ) {
      ended = moving.over;
      const { deliveries } = await world.simulator.admin.emit({ eventCategoryType: SENT });
      events.push(new Set(deliveries.map(({ subscriptionId }) => subscriptionId)));
      await pause(50);
    }
  })();
  const moved = await world.stack.ok("up").finally(() => {
    moving.over = true;
  });
  await traffic;
  expect(done(moved, "auto")).toEqual(["create-replacement", "delete-replaced"]);
  expect(done(moved, "own")).toEqual(["delete-replaced", "create-replacement"]);
  const [newAuto, newOwn] = [await subscriptionOf("auto"), await subscriptionOf("own")];
  expect(await ids()).toHaveLength(2);
  const missing = (...of: (typeof auto)[]) =>
    events.filter((to) => !of.some((each) => each !== undefined && to.has(each.subscriptionId))).length;
  expect(missing(auto, newAuto)).toBe(0);
  expect(missing(own, newOwn)).toBeGreaterThan(0);
  expect(missing(auto)).toBeGreaterThan(0);
  expect(moved.output).toContain("to take effect before");
});

test("a replaced callback moves its subscriptions in the same way, and the preview reports lost events", async () => {
  world.stack.program(program());
  await world.stack.ok("up");
  world.stack.program(program({ orders: { url: "https://hooks.example.org/moved" } }));
  const planned = await world.stack.ok("preview");
  expect(linesAbout(planned, "own").join()).toContain(LOST);
  expect(linesAbout(planned, "auto").join()).not.toContain("lost");
  const moved = await world.stack.ok("up");
  expect(done(moved, "auto")).toEqual(["create-replacement", "delete-replaced"]);
  expect(done(moved, "own")).toEqual(["delete-replaced", "create-replacement"]);
  expect(done(moved, "orders")).toEqual(["create-replacement", "delete-replaced"]);

  world.stack.program(program({ orders: { url: "https://hooks.example.org/moved", callbackName: "Orders" } }));
  await world.stack.ok("up");
  world.stack.program(program({ orders: { callbackName: "Orders" } }));
  const first = await world.stack.ok("preview");
  expect(first.output).toContain("The old callback and its subscriptions are deleted first, so events are lost");
  const replaced = await world.stack.ok("up");
  for (const name of ["auto", "own", "orders"]) {
    expect([name, done(replaced, name)]).toEqual([name, ["delete-replaced", "create-replacement"]]);
  }
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("the 201st subscription of a callback, and one of an unverified callback, fail with an explanation", async () => {
  const callbackId = (await readEns()).callbacks.find(({ url }) => url.endsWith("/orders"))?.callbackId ?? "";
  for (let at = 0; at < 198; at += 1) {
    const foreign = { subscriptionName: `theirs-${at}`, callbackId, eventCategoryTypes: [SENT] };
    await world.simulator.admin.add("subscriptions", foreign);
  }
  world.receiver.verifies = false;
  const named = { callbackName: "Orders" };
  const late = `new ens.Subscription("late", { callback: orders, eventCategoryTypes: ["${SENT}"] });`;
  world.stack.program(program({ orders: named, more: late }));
  const full = await world.stack.pulumi("up");
  expect(full.code).not.toBe(0);
  expect(full.output).toContain(
    `Callback ${callbackId} has 200 subscriptions, which is the maximum in ENS. Use another`,
  );

  const silent = { url: "https://hooks.example.org/silent", verification: { strategy: "none" } };
  const early = `
    const silent = new ens.Callback("silent", ${JSON.stringify(silent)});
    new ens.Subscription("early", { callback: silent, eventCategoryTypes: ["${SENT}"] });`;
  world.stack.program(program({ orders: named, more: early }));
  const refused = await world.stack.pulumi("up");
  expect(refused.code).not.toBe(0);
  expect(refused.output).toMatch(/Callback \S+ is "unverified"\. It must be verified before it accepts subscriptions/);
});
