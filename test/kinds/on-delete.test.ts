import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/initialization-failed";
import type { Run } from "../../provider/src/run/run";
import {
  checked,
  differenceOf,
  instantClock,
  lifecycleOf,
  ownerOf,
  runOf,
  type Stored,
  sharedClock,
} from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

const SUBSCRIPTIONS = "/platform/v1/ens-subscriptions";
const url = "https://hooks.example.org/orders";
/** Without a name, so that a replacement is created before the old callback is deleted. */
const program = { owner: ownerOf("orders"), url };
const scheme = {
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  clientId: "client",
  clientSecret: "marker",
};

let simulator: Simulator;
let receiver: Receiver;
let ens: Run;
let said: string[];
let callbacks: ReturnType<typeof lifecycleOf>;
let schemes: ReturnType<typeof lifecycleOf>;

beforeEach(async () => {
  receiver = await startReceiver();
  const connectTo = { "hooks.example.org": receiver.address };
  simulator = await startSimulator({ connectTo, switches: { callAuthUrl: "off" } });
  receiver.verifyAt(simulator);
  said = [];
  ens = runOf(simulator, instantClock(), said);
  callbacks = lifecycleOf(callback, ens);
  schemes = lifecycleOf(authScheme, ens);
});
afterEach(async () => {
  await Promise.all([ens.close(), simulator.close(), receiver.close()]);
});

const live = () => simulator.admin.state();
const calls = async (method?: string) => simulator.admin.journal({ client: "rest", ...(method ? { method } : {}) });
const foreign = ({ id: callbackId }: Stored, subscriptionName: string) =>
  simulator.admin.add("subscriptions", {
    subscriptionName,
    callbackId,
    eventCategoryTypes: ["EngagementEvents.EmailOpen"],
  });
const failed = (attempt: Promise<unknown>) =>
  attempt.then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );

test.each([
  ["callback", ["restrict", "cascade", "retain"]],
  ["scheme", ["restrict", "retain"]],
])(
  "onDelete of a %s is stored and removed without a request, and a state without it shows no change",
  async (of, ways) => {
    const [kind, wanted] = of === "callback" ? [callbacks, program] : [schemes, scheme];
    const created = await kind.up(wanted);
    expect(created.state).not.toHaveProperty("onDelete");
    expect((await kind.up(wanted, created)).did).toBe("nothing");
    await simulator.admin.clearJournal();
    let now = created;
    for (const onDelete of ways) {
      now = await kind.up({ ...wanted, onDelete }, now);
      expect(now).toEqual({ ...created, did: "update", state: { ...created.state, onDelete } });
      expect((await kind.up({ ...wanted, onDelete }, now)).did).toBe("nothing");
    }
    expect(await kind.up(wanted, now)).toEqual({ ...created, did: "update" });
    expect(await calls()).toEqual([]);

    const other = of === "callback" ? { maxBatchSize: 300 } : { scope: "more" };
    await kind.up({ ...wanted, ...other, onDelete: "retain" }, created);
    const sent = await calls("PUT");
    expect(sent).toHaveLength(1);
    expect(sent[0]?.request.body).not.toContain("onDelete");
  },
);

test("onDelete is checked, and the message explains why it cannot be cascade for a scheme", () => {
  const reasons = (kind: unknown, onDelete: unknown) =>
    checked(kind, { ...(kind === callback ? program : scheme), onDelete }).failures;
  expect(reasons(callback, "delete")).toEqual([
    { property: "onDelete", reason: '"delete" is not one of restrict, cascade, retain' },
  ]);
  expect(reasons(authScheme, "delete")).toEqual([
    { property: "onDelete", reason: '"delete" is not one of restrict, retain' },
  ]);
  expect(reasons(authScheme, "cascade")[0]?.reason).toMatch(
    /^cannot be "cascade", because deleting the callbacks would also delete .*; give "restrict" or "retain"$/,
  );
});

test("cascade deletes only the subscriptions of this callback, with a warning for each", async () => {
  const orders = await callbacks.up({ ...program, onDelete: "cascade" });
  const sales = await callbacks.up({ callbackName: "sales", url: "https://hooks.example.org/sales" });
  const ids = [await foreign(orders, "one"), await foreign(orders, "two")];
  const theirs = await foreign(sales, "theirs");
  await callbacks.remove(orders);
  expect(said.sort()).toEqual(
    ["one", "two"].map(
      (name, at) =>
        `callback ${orders.id}: deleting its subscription ${name} (${ids[at]}), because onDelete is "cascade"`,
    ),
  );
  const { callbacks: left, subscriptions } = await live();
  expect([left.map((each) => each.callbackId), subscriptions.map((each) => each.subscriptionId)]).toEqual([
    [sales.id],
    [theirs],
  ]);
});

test("cascade does not delete subscriptions that resources of this stack manage, and the message says so", async () => {
  const orders = await callbacks.up({ ...program, onDelete: "cascade" });
  const [theirs, held] = [await foreign(orders, "theirs"), await foreign(orders, "held")];
  ens.objects.hold(held, { stamp: "of another resource" });
  const hurried = runOf(simulator, instantClock(), said, { objects: ens.objects });
  const { message } = await failed(lifecycleOf(callback, hurried).remove(orders));
  expect(message).toContain(
    `: held (${held}) managed by this stack. onDelete: "cascade" does not delete what resources`,
  );
  const { callbacks: left, subscriptions } = await live();
  expect([left.map((each) => each.callbackId), subscriptions.map((each) => each.subscriptionId)]).toEqual([
    [orders.id],
    [held],
  ]);
  expect(said).toEqual([expect.stringContaining(`deleting its subscription theirs (${theirs})`)]);
});

test("cascade does not delete subscriptions of another callback that a list contains", async () => {
  const orders = await callbacks.up({ ...program, onDelete: "cascade" });
  const sales = await callbacks.up({ callbackName: "sales", url: "https://hooks.example.org/sales" });
  const [own, theirs] = [await foreign(orders, "own"), await foreign(sales, "theirs")];
  const all = [own, theirs].map((subscriptionId, at) => ({
    ...{ subscriptionId, subscriptionName: "listed", callbackId: [orders.id, sales.id][at] },
  }));
  const get = ens.ens.get.bind(ens.ens);
  ens.ens.get = (path, schema) =>
    (path.includes("by-cb") ? Promise.resolve(schema.parse(all)) : get(path, schema)) as never;
  await callbacks.remove(orders);
  expect((await live()).subscriptions.map(({ subscriptionId }) => subscriptionId)).toEqual([theirs]);
});

test("without cascade, nothing from outside this stack is ever deleted", async () => {
  for (const onDelete of [undefined, "restrict", "retain"]) {
    const orders = await callbacks.up({ ...program, url: `${url}/${onDelete}`, ...(onDelete ? { onDelete } : {}) });
    const id = await foreign(orders, `legacy ${onDelete}`);
    await callbacks.remove(orders).catch(() => {});
    await callbacks.up({ ...program, url: `${url}/${onDelete}/new` }, orders).catch(() => {});
    expect((await live()).subscriptions.map(({ subscriptionId }) => subscriptionId)).toContain(id);
  }
  expect(await calls("DELETE")).not.toContainEqual(
    expect.objectContaining({ status: 200, path: expect.stringContaining(SUBSCRIPTIONS) }),
  );
});

test("cascade waits only for the associations to end", async () => {
  await simulator.close();
  simulator = await startSimulator({ clock: "frozen" });
  const id = await simulator.admin.add("callbacks", { callbackName: "orders", url });
  const orders = { id, state: { callbackName: "orders", url, callbackId: id, onDelete: "cascade" } };
  for (let n = 0; n < 40; n += 1) await foreign(orders, `s${n}`);
  await simulator.admin.clock({ advanceSeconds: 600 });
  await simulator.admin.switches({ associationLag: 60 });
  const clock = sharedClock(simulator);
  const waiting = runOf(simulator, clock, said);
  await lifecycleOf(callback, waiting).remove(orders);
  await waiting.close();
  expect([said.length, await live()]).toMatchObject([40, { callbacks: [], subscriptions: [] }]);
  expect(clock.slept).toBeLessThan(66_000);
  const deletes = await calls("DELETE");
  expect(deletes.filter(({ path }) => path.startsWith(SUBSCRIPTIONS))).toHaveLength(40);
  expect(deletes.length).toBeLessThan(40 + 20);
});

test("a cascade that fails half-way names the remaining subscriptions, and the next run continues", async () => {
  const orders = await callbacks.up({ ...program, onDelete: "cascade" });
  const ids = [await foreign(orders, "one"), await foreign(orders, "two"), await foreign(orders, "three")];
  const path = `${SUBSCRIPTIONS}/${ids[1]}`;
  await simulator.admin.faults([{ kind: "status", method: "DELETE", path, status: 403, errorcode: 20002 }]);
  const { message } = await failed(callbacks.remove(orders));
  expect(message).toContain(
    `2 of the 3 subscriptions of callback ${orders.id} were deleted. Not deleted: two (${ids[1]}). The first error was: `,
  );
  expect(message).toMatch(/returned 403 .*subscription_delete.*\nRun the same command again to delete the rest\.$/);
  expect((await live()).subscriptions.map(({ subscriptionId }) => subscriptionId)).toEqual([ids[1]]);
  await callbacks.remove(orders);
  expect(await live()).toMatchObject({ callbacks: [], subscriptions: [] });
});

test("a replacement treats the old callback and its subscriptions as the old onDelete says", async () => {
  const moved = { ...program, url: `${url}/new` };
  const cascading = await callbacks.up({ ...program, onDelete: "cascade" });
  await foreign(cascading, "legacy");
  expect(differenceOf(callback, cascading.state, checked(callback, moved).inputs).warning).toMatch(
    / Subscriptions from outside this stack are deleted with the old callback\.$/,
  );
  const keeping = checked(callback, { ...moved, callbackName: cascading.state.callbackName }).inputs;
  expect(differenceOf(callback, { ...cascading.state, onDelete: "restrict" }, keeping).warning).toMatch(
    /, so events are lost until the new subscriptions are active\. Subscriptions from outside this stack would block this delete, and the run would fail\.$/,
  );
  expect(differenceOf(callback, { ...cascading.state, onDelete: "retain" }, keeping).warning).toMatch(
    /Update its receiver\. The old callback is kept in ENS\.$/,
  );
  const next = await callbacks.up({ ...moved, onDelete: "retain" }, cascading);
  expect((await live()).callbacks.map(({ callbackId }) => callbackId)).toEqual([next.id]);
  expect(said).toEqual([expect.stringContaining("legacy")]);

  const warned = differenceOf(callback, next.state, checked(callback, program).inputs).warning;
  expect(warned).toMatch(/ The old callback is kept in ENS\.$/);
  const last = await callbacks.up(program, next);
  expect((await live()).callbacks.map(({ callbackId }) => callbackId)).toEqual([next.id, last.id]);
  expect(next.state.callbackName).not.toBe(last.state.callbackName);
  expect(said[1]).toBe(
    `callback ${next.id} (${next.state.callbackName} at https://hooks.example.org) stays in ENS, because onDelete is "retain"`,
  );
});

test.each([
  ["a generated name", program, "run 'ENS_RECOVER=take-over pulumi up' once"],
  [
    "a typed name",
    { ...program, callbackName: "orders" },
    "adopt the callback, run 'pulumi up', raise signatureKeyVersion",
  ],
])(
  "a retained callback with %s is not deleted by the next run either, and can be adopted with its key",
  async (_, wanted, way) => {
    const retaining = { ...wanted, onDelete: "retain" };
    const first = await callbacks.up(retaining);
    await callbacks.remove(first);
    for (const run of [callbacks, lifecycleOf(callback, runOf(simulator, instantClock()))]) {
      const { message } = await failed(run.up(retaining));
      expect(message).toContain(
        `callback ${first.id} (${first.state.callbackName}) already exists at https://hooks.example.org and was not changed`,
      );
      expect(message).toContain(way);
      expect(message).toContain(
        'set adopt: "always" on the resource. The callback keeps its id and its signature key. The resource gets the key only if',
      );
    }
    const again = await callbacks.up({ ...retaining, adopt: "always" });
    expect(again.id).toBe(first.id);
    expect((await live()).callbacks).toMatchObject([{ signatureKey: first.state.signatureKey }]);
  },
);

test("retain does not keep a callback that can no longer be verified, because its replacement needs the URL", async () => {
  receiver.verifies = false;
  const retaining = { ...program, onDelete: "retain" };
  const failure = await failed(callbacks.up({ ...retaining, verification: { timeout: "1s" } }));
  const { resourceId: id, state } = failure as InitializationFailed;
  expect(failure).toBeInstanceOf(InitializationFailed);
  receiver.verifies = true;
  const next = await callbacks.up(retaining, { id, state: { ...state, verificationKeyLost: true } });
  expect((await live()).callbacks.map(({ callbackId }) => callbackId)).toEqual([next.id]);
  expect(said).toEqual([]);
});

test("a retained scheme is kept with the callbacks that use it", async () => {
  const kept = await schemes.up({ ...scheme, onDelete: "retain" });
  await callbacks.up({ ...program, authId: kept.id });
  await simulator.admin.clearJournal();
  await schemes.remove(kept);
  expect(await calls()).toEqual([]);
  expect(said).toEqual([
    `auth scheme ${kept.id} (for https://login.example.org) stays in ENS, because onDelete is "retain"`,
  ]);
});

test("a scheme that a retained callback uses is not deleted, and the message names the callback", async () => {
  const idp = await schemes.up(scheme);
  const orders = await callbacks.up({ ...program, authId: idp.id, onDelete: "retain" });
  await callbacks.remove(orders);
  expect((await failed(schemes.remove(idp))).message).toBe(
    `auth scheme ${idp.id} still has 1 callback: ${orders.state.callbackName} (${orders.id}), which this run keeps in ENS. ` +
      `Delete them or give them another scheme first, or keep the scheme in ENS with onDelete: "retain".`,
  );
});
