import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { deleteSubscription } from "../../provider/src/ens/api";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import { generateName } from "../../provider/src/kinds/names";
import { subscription } from "../../provider/src/kinds/subscription";
import type { Run } from "../../provider/src/run/run";
import { lifecycleOf, ownerOf, runOf, type Stored, sharedClock } from "../support/lifecycle";

const URL = "https://hooks.example.org/orders";
const SUBSCRIPTIONS = "/platform/v1/ens-subscriptions";

let simulator: Simulator;
beforeEach(async () => {
  simulator = await startSimulator({ clock: "frozen" });
});
afterEach(() => simulator.close());

/** An object outside this stack, unless the test makes it part of the stack. */
const made = {
  scheme: async (): Promise<Stored> => {
    const fields = { authUrl: "https://login.example.org/token", clientId: "client", clientSecret: "marker" };
    const id = await simulator.admin.add("authentications", fields);
    return { id, state: { ...fields, authId: id } };
  },
  callback: async (fields: object = {}): Promise<Stored> => {
    const all = { callbackName: "orders", url: URL, ...fields };
    const id = await simulator.admin.add("callbacks", all);
    return { id, state: { ...all, callbackId: id, status: "verified", verifiedAt: "2020-01-01T00:00:00Z" } };
  },
  subscription: ({ id: callbackId }: Stored, subscriptionName: string): Promise<string> => {
    const eventCategoryTypes = ["EngagementEvents.EmailOpen"];
    return simulator.admin.add("subscriptions", { subscriptionName, callbackId, eventCategoryTypes });
  },
};

interface Removed {
  /** The message of the failure; empty if there was none. */
  readonly why: string;
  readonly seconds: number;
  /** Number of requests by method. */
  readonly calls: Record<string, number>;
}

/** Deletes an object. `each` is called with the elapsed milliseconds. */
async function removed(
  kind: unknown,
  object: Stored,
  each?: (slept: number) => unknown,
  held: readonly string[] = [],
): Promise<Removed> {
  await simulator.admin.clearJournal();
  const clock = sharedClock(simulator, each);
  const ens = runOf(simulator, clock);
  for (const id of held) ens.objects.hold(id, { stamp: "of another resource" });
  const failed = await lifecycleOf(kind, ens)
    .remove(object)
    .then(
      () => "",
      (error: Error) => error.message,
    );
  await ens.close();
  const calls: Record<string, number> = {};
  for (const { method } of await simulator.admin.journal({ client: "rest" })) calls[method] = (calls[method] ?? 0) + 1;
  return { why: failed, seconds: clock.slept / 1000, calls };
}

const left = async () => {
  const { callbacks, subscriptions, authentications } = await simulator.admin.state();
  return [authentications.length, callbacks.length, subscriptions.length];
};

test("an unused object is deleted with one request after its name was checked, even if it no longer exists", async () => {
  const [scheme, orders] = [await made.scheme(), await made.callback()];
  for (const [kind, object, looks] of [
    [callback, orders, { GET: 1 }],
    [callback, orders, { GET: 1 }],
    [authScheme, scheme, {}],
    [authScheme, scheme, {}],
  ] as const) {
    expect(await removed(kind, object)).toEqual({ why: "", seconds: 0, calls: { ...looks, DELETE: 1 } });
  }
  expect(await left()).toEqual([0, 0, 0]);
});

test("one list of names serves all deletes of a run", async () => {
  const one = await made.callback();
  const two = await made.callback({ callbackName: "sales", url: "https://hooks.example.org/sales" });
  const subscribed = await Promise.all(["a", "b", "c"].map((name) => made.subscription(one, name)));
  await simulator.admin.clearJournal();
  const ens = runOf(simulator, sharedClock(simulator));
  for (const [at, id] of subscribed.entries()) {
    const state = { subscriptionId: id, subscriptionName: "abc"[at], callbackId: one.id };
    await lifecycleOf(subscription, ens).remove({ id, state });
  }
  for (const object of [one, two]) await lifecycleOf(callback, ens).remove(object);
  await ens.close();
  const reads = await simulator.admin.journal({ client: "rest", method: "GET" });
  expect(reads.map(({ path }) => path)).toEqual([`${SUBSCRIPTIONS}-by-cb/${one.id}`, "/platform/v1/ens-callbacks"]);
  expect(await left()).toEqual([0, 0, 0]);
});

describe("an object with a name that another resource generates", () => {
  const renamed = { callbackName: "sales-0123abc" };

  test("is not deleted, the message has options, and the delete waits for a rename that shows with a delay", async () => {
    const orders = await made.callback();
    await simulator.admin.patch("callbacks", orders.id, renamed);
    const { why, seconds, calls } = await removed(callback, orders);
    expect(why).toBe(
      "its name is now sales-0123abc, which another resource generates, so it may belong to that resource and was not deleted. " +
        "Run 'pulumi up' for the whole stack. If another resource manages the object, run 'pulumi state delete' for this entry.",
    );
    expect([seconds, calls.DELETE]).toEqual([30, undefined]);
    const slow = await removed(callback, orders, async (slept) => {
      if (slept > 5000) await simulator.admin.patch("callbacks", orders.id, { callbackName: "orders" });
    });
    expect(slow.why).toBe("");
    expect(await left()).toEqual([0, 0, 0]);
  });

  const OWNER = ownerOf("sales");
  test.each([
    ["its own resource generates the name", { owner: OWNER }, generateName(OWNER, URL)],
    ["it is the pending name", { pendingName: "sales-0123abc" }, "sales-0123abc"],
  ])("is deleted when %s", async (_, known, callbackName) => {
    const orders = await made.callback();
    await simulator.admin.patch("callbacks", orders.id, { callbackName });
    const object = { ...orders, state: { ...orders.state, ...known } };
    expect(await removed(callback, object)).toMatchObject({ why: "", seconds: 0 });
  });

  // Names that people choose and that look almost generated: a place, a year, a shorter or longer git
  // hash, a capital, a part in the middle. A delete must not wait for these, nor end with "another resource generates it".
  const LIKE_IT = [
    ...["sales-eu", "sales-2024", "sales-backup", "sales-release", "sales-0123ab", "sales-0123abcd"],
    ...["sales-0123ABC", "sales-0123abc-old", "sales-0123abc ", "sales_0123abc", "0123abc"],
  ];
  test.each(LIKE_IT)(
    "with a similar name such as %j is deleted at once, and no message calls it generated",
    async (name) => {
      const orders = await made.callback();
      await simulator.admin.patch("callbacks", orders.id, { callbackName: name });
      const attached = await made.subscription(orders, name);
      expect((await removed(callback, orders)).why).toContain(`: ${name} (${attached}). Delete them first`);
      await simulator.admin.remove("subscriptions", attached);
      expect(await removed(callback, orders)).toMatchObject({ why: "", seconds: 0 });
    },
  );

  test("is deleted if its name cannot be read, or if it has any other name", async () => {
    const orders = await made.callback();
    await simulator.admin.patch("callbacks", orders.id, renamed);
    await simulator.admin.faults([{ kind: "status", status: 403, method: "GET", path: "/platform/v1/ens-callbacks" }]);
    expect(await removed(callback, orders)).toMatchObject({ why: "", seconds: 0 });
    const other = await made.callback();
    await simulator.admin.patch("callbacks", other.id, { callbackName: "renamed in Setup" });
    expect(await removed(callback, other)).toMatchObject({ why: "", seconds: 0 });
  });
});

describe("an object in two entries of the state", () => {
  test("is kept with a warning when the first entry is deleted, and deleted with the second", async () => {
    const orders = await made.callback();
    const said: string[] = [];
    const ens = runOf(simulator, sharedClock(simulator), said);
    const one = {
      ...orders,
      state: { ...orders.state, signatureKey: "key-marker", createdAt: "2026-01-01T00:00:00Z" },
    };
    const other = { ...orders, state: { ...orders.state, adopted: true, createdAt: "2026-01-02T00:00:00Z" } };
    const kind = lifecycleOf(callback, ens);
    await Promise.all([kind.read(one), kind.read(other)]);
    await kind.remove(one);
    expect(said).toEqual([
      `callback ${orders.id} (orders at https://hooks.example.org) stays in ENS, because another resource of this stack manages it now. ` +
        "Its signature key was only in the state of this resource and is no longer stored. Receivers that have the key still work. " +
        "To store a signature key in the state again, increase signatureKeyVersion of the resource that manages it.",
    ]);
    expect(await left()).toEqual([0, 1, 0]);
    await kind.remove(other);
    expect([said.length, await left()]).toEqual([1, [0, 0, 0]]);
    await ens.close();
  });

  test("remains managed if its delete fails", async () => {
    const orders = await made.callback();
    await made.subscription(orders, "legacy");
    const ens = runOf(simulator, sharedClock(simulator));
    const kind = lifecycleOf(callback, ens);
    const object = { ...orders, state: { ...orders.state, createdAt: "2026-01-01T00:00:00Z" } };
    await kind.read(object);
    await expect(kind.remove(object)).rejects.toThrow("still has 1 subscription");
    expect(ens.objects.isHeld(orders.id)).toBe(true);
    await ens.close();
  });
});

test.each([3, 30, 120])(
  "a delete waits for an association that lasts %i s longer, with few requests",
  async (seconds) => {
    for (const authInUseStatus of ["409", "400"]) {
      const scheme = await made.scheme();
      const orders = await made.callback({ authId: scheme.id });
      const sent = await made.subscription(orders, "sent");
      await simulator.admin.clock({ advanceSeconds: 600 });
      await simulator.admin.switches({ associationLag: seconds, authInUseStatus });
      await simulator.admin.remove("subscriptions", sent);
      for (const [kind, object] of [
        [callback, orders],
        [authScheme, scheme],
      ] as const) {
        const done = await removed(kind, object);
        expect(done.why).toBe("");
        expect(done.seconds).toBeGreaterThanOrEqual(seconds);
        expect(done.seconds).toBeLessThanOrEqual(seconds + 5);
        expect(done.calls.DELETE).toBeLessThanOrEqual(8 + seconds / 5);
        expect(done.calls.GET).toBeLessThanOrEqual(2 + seconds / 10);
      }
    }
    expect(await left()).toEqual([0, 0, 0]);
  },
);

test("a delete fails after three minutes if an invisible association never ends", async () => {
  const orders = await made.callback();
  const sent = await made.subscription(orders, "sent");
  await simulator.admin.clock({ advanceSeconds: 900 });
  await simulator.admin.switches({ associationLag: 600 });
  await simulator.admin.remove("subscriptions", sent);
  const { why, seconds } = await removed(callback, orders);
  expect(seconds).toBe(180);
  expect(why).toMatch(
    /returned 409 .*\nENS has rejected the delete for 180 s, but lists no subscription that uses callback .*\. Run the same command again later\.$/,
  );
});

test("the message names all blockers: few in a sentence, many in lines, sorted by name", async () => {
  const orders = await made.callback();
  const one = await made.subscription(orders, "legacy");
  const { why, seconds } = await removed(callback, orders);
  expect(why).toBe(
    `callback ${orders.id} still has 1 subscription: legacy (${one}). Delete them first, or adopt them in this ` +
      `stack. With onDelete: "cascade", they are deleted with the callback.`,
  );
  expect(seconds).toBeLessThan(5);
  const ids = new Map([["legacy", one]]);
  for (let n = 199; n > 0; n -= 1) ids.set(`s${1000 + n}`, await made.subscription(orders, `s${1000 + n}`));
  const lines = (await removed(callback, orders)).why.split("\n");
  expect(lines[0]).toBe(`callback ${orders.id} still has 200 subscriptions: `);
  expect(lines.slice(1, -1)).toEqual([...ids.keys()].sort().map((name) => `  ${name} (${ids.get(name)})`));
  expect(lines.at(-1)).toMatch(/^Delete them first/);
  expect(await left()).toEqual([0, 1, 200]);
});

test("the message says which blockers this stack manages, and which ones a stack created", async () => {
  const orders = await made.callback();
  const ours = await made.subscription(orders, "a");
  const marked = await made.subscription(orders, "sent-0123abc");
  const foreign = await made.subscription(orders, "x");
  const { why } = await removed(callback, orders, undefined, [ours]);
  expect(why).toContain(
    `: a (${ours}) managed by this stack, sent-0123abc (${marked}) created by a stack, x (${foreign}). Delete`,
  );
  expect(why).toContain(
    ". Delete the objects of a stack with that stack. If it is this stack, use --target, because a literal id in the " +
      "program creates no dependency.",
  );
});

test("a delete waits while its blockers are deleted one after the other", async () => {
  const orders = await made.callback();
  const ids = await Promise.all(["a", "b", "c", "d"].map((name) => made.subscription(orders, name)));
  const done = await removed(callback, orders, async (slept) => {
    if (slept > 1500 * (5 - ids.length)) await simulator.admin.remove("subscriptions", ids.pop() ?? "");
  });
  expect(done.why).toBe("");
  expect(await left()).toEqual([0, 0, 0]);
});

test("a delete waits for a blocker that is being deleted, and the message says so if this never ends", async () => {
  const orders = await made.callback();
  const id = await made.subscription(orders, "slow");
  await simulator.admin.faults([{ kind: "slow", method: "DELETE", path: `${SUBSCRIPTIONS}/${id}`, seconds: 0.1 }]);
  let pending: Promise<void> | undefined;
  const ens = runOf(
    simulator,
    sharedClock(simulator, (slept) => (slept > 60_000 ? pending : undefined)),
  );
  pending = ens.trackDelete(id, () => deleteSubscription(ens.ens, id));
  await lifecycleOf(callback, ens).remove(orders);
  expect(await left()).toEqual([0, 0, 0]);

  const again = await made.callback();
  const never = await made.subscription(again, "slow");
  const waiting = runOf(simulator, sharedClock(simulator));
  waiting.objects.deleting.add(never);
  const failure = await lifecycleOf(callback, waiting)
    .remove(again)
    .catch((error: Error) => error);
  expect((failure as Error).message).toContain(`slow (${never}), which is being deleted. `);
  await Promise.all([ens.close(), waiting.close()]);
});

test("a delete waits for the association of a blocker that this run has seen and deleted", async () => {
  const orders = await made.callback();
  const id = await made.subscription(orders, "sent");
  await simulator.admin.clock({ advanceSeconds: 600 });
  await simulator.admin.switches({ associationLag: 60 });
  let deleted: Promise<void> | undefined;
  const clock = sharedClock(simulator, () => {
    deleted ??= ens.trackDelete(id, () => deleteSubscription(ens.ens, id));
    return deleted;
  });
  const ens: Run = runOf(simulator, clock);
  await lifecycleOf(callback, ens).remove(orders);
  await ens.close();
  expect(clock.slept).toBeLessThan(66_000);
  expect(await left()).toEqual([0, 0, 0]);
});

test("an object that this run has deleted blocks nothing, although a list still shows it", async () => {
  const orders = await made.callback();
  const id = await made.subscription(orders, "sent");
  await simulator.admin.clock({ advanceSeconds: 600 });
  await simulator.admin.switches({ readLag: 30, associationLag: 20 });
  const ens = runOf(simulator, sharedClock(simulator));
  await ens.trackDelete(id, () => deleteSubscription(ens.ens, id));
  await lifecycleOf(callback, ens).remove(orders);
  await ens.close();
  expect(await left()).toEqual([0, 0, 0]);
});

test("a delete waits for an association even if ENS rejects the list, and the message contains the rejection", async () => {
  const orders = await made.callback();
  const sent = await made.subscription(orders, "sent");
  const refused = {
    kind: "status",
    method: "GET",
    path: `${SUBSCRIPTIONS}-by-cb`,
    status: 403,
    errorcode: 20002,
  } as const;
  await simulator.admin.faults([{ ...refused, times: 100 }]);
  const { why, calls } = await removed(callback, orders);
  expect(why).toMatch(
    /returned 409 .*\nENS has rejected the delete for 180 s\. The subscriptions that use callback .* could not be listed: GET .* returned 403/,
  );
  expect(why).toContain("The installed package needs event_notification_subscription_read");
  expect(calls.GET).toBeLessThan(20);
  await simulator.admin.switches({ associationLag: 20 });
  await simulator.admin.remove("subscriptions", sent);
  expect((await removed(callback, orders)).why).toBe("");
});

test("the message names the callbacks that may use a scheme if ENS does not show which do", async () => {
  await simulator.admin.switches({ exposeAuthId: "off" });
  const scheme = await made.scheme();
  const user = await made.callback({ authId: scheme.id });
  const other = await made.callback({ callbackName: "other", url: "https://hooks.example.org/other" });
  const { why } = await removed(authScheme, scheme);
  expect(why).toContain(
    `for 180 s and does not show which callbacks use auth scheme ${scheme.id}. It may be used by a `,
  );
  expect(why).toContain(
    `callback of another business unit, or by one of these: orders (${user.id}), other (${other.id}). Delete them`,
  );
  await removed(callback, user);
  expect((await removed(authScheme, scheme)).why).toBe("");
  expect(await left()).toEqual([0, 1, 0]);
});

test.each([
  [422, 0, "The scheme is referenced by something.", true],
  [400, 30001, "No.", true],
  [403, 20002, "Callbacks are still associated.", true],
  [400, 10003, "authId has the wrong format.", false],
  [403, 20002, "Insufficient privileges to complete this action.", false],
  [405, 0, "Method Not Allowed", false],
])("a delete that returns %i, errorcode %i, %s, is repeated: %s", async (status, errorcode, message, again) => {
  const scheme = await made.scheme();
  const refused = { kind: "status", method: "DELETE", status, errorcode, message } as const;
  await simulator.admin.faults([refused]);
  const { why, calls } = await removed(authScheme, scheme);
  expect(why === "").toBe(again);
  expect(calls.DELETE).toBe(again ? 2 : 1);
});

test("an object that was deleted in Setup blocks nothing, and an unverified callback is deleted like any other", async () => {
  const scheme = await made.scheme();
  const orders = await made.callback({ authId: scheme.id, status: "unverified" });
  await simulator.admin.remove("authentications", scheme.id);
  for (const [kind, object] of [
    [callback, orders],
    [authScheme, scheme],
  ] as const) {
    expect((await removed(kind, object)).why).toBe("");
  }
  expect(await left()).toEqual([0, 0, 0]);
});
