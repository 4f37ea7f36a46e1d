import { changes, type Ran } from "../support/engine";
import { tokenOf } from "../support/receiver";
import { shop, startWorld, type World } from "../support/world";

let world: World;
beforeAll(async () => {
  world = await startWorld({ switches: { authGet: "on" } });
  world.stack.program(shop());
  await world.stack.ok("up");
});
afterAll(() => world?.close());

const readEns = () => world.simulator.admin.state();
const IDS = { callbacks: "callbackId", subscriptions: "subscriptionId", authentications: "authId" } as const;
type Collection = keyof typeof IDS;

/** Returns the id of the only object of a kind. */
async function idOf(collection: Collection): Promise<string> {
  const [only] = (await readEns())[collection];
  return String(Reflect.get(only ?? {}, IDS[collection]));
}

/**
 * The two ways to show drift. The first shows what a run would do, and the second what a refresh would write to the
 * state.
 */
const previewDrift = () => world.stack.pulumi("preview", "--refresh", "--diff", "--expect-no-changes");
const previewRefresh = () => world.stack.pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes");

/** The properties that a `--diff` marks as different, each once. */
const marked = ({ output }: Ran) => [
  ...new Set(
    [...output.matchAll(/^\s+[~+-] (\w+) *: /gm)].map(([, name]) => (name === "definitionKey" ? "filters" : name)),
  ),
];

const OTHER_TYPES = ["TransactionalSendEvents.EmailNotSent", "EngagementEvents.EmailOpen"];

/** Changes that are made at the same time, in objects whose differences cannot be confused. */
const ROUNDS = [
  [
    ["authentications", "idp", "authUrl", "https://login.example.org/other", /: "https.*\/other" => "https.*\/token"/],
    ["subscriptions", "sent", "subscriptionName", "somebody-elses", /: "somebody-elses" => "sent-/],
  ],
  [
    ["callbacks", "orders", "callbackName", "somebody-elses", /: "somebody-elses" => "orders-/],
    ["subscriptions", "sent", "eventCategoryTypes", OTHER_TYPES, /"EngagementEvents.EmailOpen" => "Transactional/],
  ],
  [
    ["authentications", "idp", "grantType", "password", /: "password" => "client_credentials"/],
    ["subscriptions", "sent", "filters", ["definitionKey=other"], /definitionKey: "other" => "order-confirm"/],
  ],
  [
    ["callbacks", "orders", "maxBatchSize", 900, /: 900 => 500/],
    ["subscriptions", "sent", "status", "paused", /: "paused" => "active"/],
  ],
  [["subscriptions", "sent", "status", "blocked", /: "blocked" => "active"/]],
] as const;

const named = (round: (typeof ROUNDS)[number]) =>
  round.map(([, name, property]) => `${property} of ${name}`).join(" and ");

test.each(ROUNDS.map((round) => [named(round), round] as const))(
  "a change of %s appears alone in both previews, and one run repairs it",
  async (_, round) => {
    const before = await readEns();
    for (const [collection, , property, value] of round) {
      await world.simulator.admin.patch(collection, await idOf(collection), { [property]: value });
    }
    const properties = round.map(([, , property]) => property);
    const updates = round.map(([, name]) => `update ${name}`);
    const found = await previewDrift();
    expect({ code: found.code, changes: changes(found), marked: marked(found).sort() }).toEqual({
      code: 7,
      changes: updates,
      marked: [...properties].sort(),
    });
    for (const [, , , , shown] of round) expect(found.output).toMatch(shown);
    const alone = await previewRefresh();
    expect({ code: alone.code, marked: marked(alone).sort() }).toEqual({ code: 7, marked: [...properties].sort() });
    expect(changes(await world.stack.ok("up", "--refresh"))).toEqual(updates);
    const after = await readEns();
    for (const [collection] of round) {
      // Each change of a status also changes `statusReason`.
      const { statusReason: _, ...was } = before[collection][0] as { statusReason?: string };
      expect(after[collection]).toMatchObject([was]);
    }
    const untouched = Object.fromEntries(round.map(([collection]) => [collection, []]));
    expect({ ...after, ...untouched }).toEqual({ ...before, ...untouched });
  },
);

test("a different scheme on a callback is drift, and so is a scheme that was detached in Setup", async () => {
  const { admin, restUrl, authUrl } = world.simulator;
  const before = await readEns();
  const [id, authId] = [await idOf("callbacks"), await idOf("authentications")];
  const other = await admin.add("authentications", {
    authUrl: "https://login.example.org",
    clientId: "a",
    clientSecret: "b",
  });
  await admin.patch("callbacks", id, { authId: other });
  const swapped = [await previewDrift(), await previewRefresh()] as const;
  expect(swapped.map((each) => ({ code: each.code, marked: marked(each) }))).toEqual(
    Array(2).fill({ code: 7, marked: ["authId"] }),
  );
  expect(swapped[0].output).toContain(`"${other}" => "${authId}"`);
  expect(changes(await world.stack.ok("up", "--refresh"))).toEqual(["update orders"]);
  await admin.remove("authentications", other);
  expect(await readEns()).toEqual(before);

  const { callbackName } = before.callbacks[0] ?? {};
  const put = await fetch(`${restUrl}/platform/v1/ens-callbacks`, {
    method: "PUT",
    headers: { authorization: `Bearer ${await tokenOf(authUrl)}`, "content-type": "application/json" },
    body: JSON.stringify([{ callbackId: id, callbackName, authId: null }]),
  });
  expect(put.status).toBe(200);
  const off = [await previewDrift(), await previewRefresh()] as const;
  expect(off.map((each) => ({ code: each.code, marked: marked(each) }))).toEqual(
    Array(2).fill({ code: 7, marked: ["authId"] }),
  );
  expect(off[0].output).toMatch(new RegExp(`\\+ authId *: "${authId}"`));
  expect(changes(await world.stack.ok("up", "--refresh"))).toEqual(["update orders"]);
  expect(await readEns()).toEqual(before);
});

test("a different URL, or a subscription on a different callback, is drift that a run repairs by a replacement", async () => {
  const { admin } = world.simulator;
  const before = await readEns();
  const elsewhere = await admin.add("callbacks", { callbackName: "other", url: "https://hooks.example.org/elsewhere" });
  await admin.patch("subscriptions", await idOf("subscriptions"), { callbackId: elsewhere });
  const moved = await previewDrift();
  const replaced = (name: string) => ["delete-replaced", "replace", "create-replacement"].map((op) => `${op} ${name}`);
  expect({ code: moved.code, changes: changes(moved), marked: marked(moved) }).toEqual({
    code: 7,
    changes: replaced("sent"),
    marked: ["callbackId"],
  });
  expect(await previewRefresh().then((ran) => ({ code: ran.code, marked: marked(ran) }))).toEqual({
    code: 7,
    marked: ["callbackId"],
  });
  expect(changes(await world.stack.ok("up", "--refresh"))).toEqual(replaced("sent"));
  await admin.remove("callbacks", elsewhere);
  const { subscriptions, ...rest } = await readEns();
  expect({ ...rest, subscriptions: before.subscriptions }).toEqual(before);
  expect(subscriptions).toMatchObject([{ callbackId: await idOf("callbacks") }]);

  await admin.patch("callbacks", await idOf("callbacks"), { url: "https://hooks.example.org/other" });
  const found = await previewDrift();
  expect(found.code).toBe(7);
  expect(found.output).toMatch(
    /~ url *: "https:\/\/hooks.example.org\/other" => "https:\/\/hooks.example.org\/orders"/,
  );
  expect(found.output).toContain("the callback will be replaced and gets a new signature key");
  expect(await previewRefresh().then((ran) => ({ code: ran.code, marked: marked(ran) }))).toEqual({
    code: 7,
    marked: ["url"],
  });
  await world.stack.ok("up", "--refresh");
  const after = await readEns();
  expect(after.callbacks).toMatchObject([{ url: before.callbacks[0]?.url, status: "verified" }]);
  expect(after.subscriptions).toMatchObject([{ callbackId: await idOf("callbacks") }]);
});

// These tests come late. For a new object, the provider repeats a GET that returns 404, because ENS may not show it
// yet.
test("an update of a deleted object fails with a next step, which re-creates this object and nothing else", async () => {
  const before = await readEns();
  await world.simulator.admin.remove("subscriptions", await idOf("subscriptions"));
  const found = await previewDrift();
  expect({ code: found.code, changes: changes(found) }).toEqual({ code: 7, changes: ["create sent"] });
  world.stack.program(shop({ subscription: { filters: [] } }));
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain("The object no longer exists in ENS. Run 'pulumi up --refresh' to create it again.");
  expect(changes(await world.stack.ok("up", "--refresh"))).toEqual(["create sent"]);
  const { subscriptions, ...rest } = await readEns();
  expect({ ...rest, subscriptions: before.subscriptions }).toEqual(before);
  expect(subscriptions).toMatchObject([{ status: "active", filters: [] }]);
});

test("a different order in ENS's responses is no drift", async () => {
  await world.simulator.admin.switches({ shuffle: "on" });
  const ran = [await previewDrift(), await previewRefresh()];
  await world.simulator.admin.switches({ shuffle: "off" });
  expect(ran.map((each) => ({ code: each.code, marked: marked(each) }))).toEqual(
    Array(2).fill({ code: 0, marked: [] }),
  );
});

test("a failed read is an error and no drift", async () => {
  const path = "/platform/v1/ens-callbacks";
  await world.simulator.admin.faults([{ kind: "status", status: 403, method: "GET", path, times: 1000 }]);
  const ran = [await previewDrift(), await previewRefresh()];
  await world.simulator.admin.faults([]);
  expect(ran.map(({ code }) => code)).toEqual([1, 1]);
});

test("a preview shows that a callback is suspended, and a run does not change the callback", async () => {
  const id = await idOf("callbacks");
  await world.simulator.admin.patch("callbacks", id, { status: "suspended", statusReason: "too slow" });
  const shown = await previewDrift();
  expect(shown.output).toMatch(/~ status *: "verified" => "suspended"/);
  expect(shown.output).toMatch(/~ statusReason *: "none" => "too slow"/);
  expect({ code: shown.code, changes: changes(shown) }).toEqual({ code: 0, changes: [] });
  // `refresh --preview-only` shows only properties that a program can set.
  expect(await previewRefresh().then((ran) => ({ code: ran.code, marked: marked(ran) }))).toEqual({
    code: 0,
    marked: [],
  });
  expect(changes(await world.stack.ok("up", "--refresh"))).toEqual([]);
  expect(await idOf("callbacks")).toBe(id);
  await world.simulator.admin.patch("callbacks", id, { status: "verified", statusReason: "none" });
  await world.stack.ok("up", "--refresh");
});

test("one run re-creates all deleted objects in order", async () => {
  for (const collection of ["subscriptions", "callbacks", "authentications"] as const) {
    await world.simulator.admin.remove(collection, await idOf(collection));
  }
  const found = await previewDrift();
  expect(found.code).toBe(7);
  expect(changes(await world.stack.ok("up", "--refresh"))).toEqual(["create idp", "create orders", "create sent"]);
  expect((await previewDrift()).code).toBe(0);
});
