import { changes } from "../support/engine";
import { shop, startWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await startWorld({ switches: { authGet: "on" } });
  world.stack.program(shop());
  await world.stack.ok("up");
});
afterAll(() => world?.close());

const live = () => world.simulator.admin.state();
const IDS = { callbacks: "callbackId", subscriptions: "subscriptionId", authentications: "authId" } as const;
type Collection = keyof typeof IDS;

/** The id of the only object of a kind. */
async function idOf(collection: Collection): Promise<string> {
  const [only] = (await live())[collection];
  return String(Reflect.get(only ?? {}, IDS[collection]));
}

/** Reads are cached for ten seconds within one run only, so each run sees what is there. */
const drift = () => world.stack.pulumi("preview", "--refresh", "--diff", "--expect-no-changes");

const CHANGED = [
  [
    "authentications",
    "idp",
    "authUrl",
    "https://login.example.org/other",
    /~ authUrl *: "https.*\/other" => "https.*\/token"/,
  ],
  ["callbacks", "orders", "callbackName", "somebody-elses", /~ callbackName *: "somebody-elses" => "orders-/],
  ["callbacks", "orders", "maxBatchSize", 900, /~ maxBatchSize *: 900 => 500/],
  ["subscriptions", "sent", "subscriptionName", "somebody-elses", /~ subscriptionName *: "somebody-elses" => "sent-/],
  [
    "subscriptions",
    "sent",
    "eventCategoryTypes",
    ["TransactionalSendEvents.EmailNotSent", "EngagementEvents.EmailOpen"],
    /"EngagementEvents.EmailOpen" => "TransactionalSendEvents.EmailNotSent"/,
  ],
  [
    "subscriptions",
    "sent",
    "filters",
    ["definitionKey=other"],
    /"definitionKey=other" => "definitionKey=order-confirm"/,
  ],
  ["subscriptions", "sent", "status", "paused", /~ status *: "paused" => "active"/],
] as const;

test.each(CHANGED)("of %s, %s: a changed %s shows alone in a preview, and one run repairs it", async (...row) => {
  const [collection, name, property, value, shown] = row;
  const before = await live();
  await world.simulator.admin.patch(collection, await idOf(collection), { [property]: value });
  const found = await drift();
  expect({ code: found.code, changes: changes(found) }).toEqual({ code: 7, changes: [`update ${name}`] });
  expect(found.output).toMatch(shown);
  const repaired = await world.stack.ok("up", "--refresh");
  expect(changes(repaired)).toEqual([`update ${name}`]);
  const after = await live();
  const { statusReason: _, ...was } = before[collection][0] as { statusReason?: string };
  expect(after[collection]).toMatchObject([was]);
  expect({ ...after, [collection]: [] }).toEqual({ ...before, [collection]: [] });
});

// What is gone so soon after it was made that ENS may not show it yet is looked for first: these come late.
test("an update of what is gone fails with the way out; that way makes it again, and nothing else", async () => {
  const before = await live();
  await world.simulator.admin.remove("subscriptions", await idOf("subscriptions"));
  const found = await drift();
  expect({ code: found.code, changes: changes(found) }).toEqual({ code: 7, changes: ["create sent"] });
  world.stack.program(shop({ subscription: { filters: [] } }));
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain("it is gone from ENS: run 'pulumi up --refresh' to make it again");
  expect(changes(await world.stack.ok("up", "--refresh"))).toEqual(["create sent"]);
  const { subscriptions, ...rest } = await live();
  expect({ ...rest, subscriptions: before.subscriptions }).toEqual(before);
  expect(subscriptions).toMatchObject([{ status: "active", filters: [] }]);
});

test("what did not change does not show, however ENS orders and spells it", async () => {
  await world.simulator.admin.switches({ shuffle: "on" });
  const { code } = await drift();
  await world.simulator.admin.switches({ shuffle: "off" });
  expect(code).toBe(0);
});

test("a callback that ENS calls otherwise than verified is shown, and left alone", async () => {
  const id = await idOf("callbacks");
  await world.simulator.admin.patch("callbacks", id, { status: "suspended", statusReason: "too slow" });
  const shown = await drift();
  expect(shown.output).toMatch(/~ status *: "verified" => "suspended"/);
  expect({ code: shown.code, changes: changes(shown) }).toEqual({ code: 0, changes: [] });
  expect(changes(await world.stack.ok("up", "--refresh"))).toEqual([]);
  expect(await idOf("callbacks")).toBe(id);
  await world.simulator.admin.patch("callbacks", id, { status: "verified", statusReason: "none" });
  await world.stack.ok("up", "--refresh");
});

test("all that is gone is made again, in order", async () => {
  for (const collection of ["subscriptions", "callbacks", "authentications"] as const) {
    await world.simulator.admin.remove(collection, await idOf(collection));
  }
  const found = await drift();
  expect(found.code).toBe(7);
  expect(changes(await world.stack.ok("up", "--refresh"))).toEqual(["create idp", "create orders", "create sent"]);
  expect((await drift()).code).toBe(0);
});
