import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { callback } from "../../provider/src/kinds/callback";
import type { Values } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import { diff } from "../../provider/src/lifecycle/diff";
import { lifecycleOf, ownerOf, runOf, sharedClock } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

// Events occur all the time while a subscription moves, and a new subscription takes effect after two minutes.

const SENT = "TransactionalSendEvents.EmailSent";
const OWNER = ownerOf("sent");
let simulator: Simulator;
let receiver: Receiver;
let clock: ReturnType<typeof sharedClock>;
let emitted: number;
/** Numbers of the lost events. */
let lost: number[];
let said: string[];
let warned: string[];
let during: () => void;

beforeEach(async () => {
  [emitted, lost, said, warned, during] = [0, [], [], [], () => {}];
  receiver = await startReceiver();
  simulator = await startSimulator({
    clock: "frozen",
    lag: { subscriptions: 120, callbacks: 120 },
    connectTo: { "hooks.example.org": receiver.address },
  });
  receiver.verifyAt(simulator);
  clock = sharedClock(simulator, event);
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

async function event(): Promise<void> {
  emitted += 1;
  during();
  const { deliveries } = await simulator.admin.emit({ eventCategoryType: SENT });
  if (!deliveries.some(({ outcome }) => outcome === "delivered")) lost.push(emitted);
}

/** A subscription that took effect long ago, and its inputs for another callback. */
async function world(options: { activationWait?: number; name?: string; before?: object } = {}) {
  const { name, before = {}, ...settings } = options;
  const laterRun = () => {
    const ens = runOf(simulator, clock, warned, { ...settings, report: (line) => void said.push(line) });
    return { ens, kind: lifecycleOf(subscription, ens) };
  };
  const { ens, kind } = laterRun();
  const callbackAt = async (path: string) =>
    (await lifecycleOf(callback, ens).up({ callbackName: path, url: `https://hooks.example.org/${path}` })).id;
  const [orders, other] = [await callbackAt("orders"), await callbackAt("other")];
  const named = name === undefined ? { owner: OWNER } : { owner: OWNER, subscriptionName: name };
  const program = { ...named, callbackId: orders, eventCategoryTypes: [SENT], ...before };
  const old = await kind.up(program);
  await clock.sleep(300_000);
  [emitted, lost, said, warned] = [0, [], [], []];
  const moved = { ...program, status: "active", callbackId: other };
  return { kind, ens, old, moved, orders, laterRun };
}

/** Duration of the move, and the events that were lost during the move and the two minutes after it. */
async function move(
  { kind, old, moved }: Pick<Awaited<ReturnType<typeof world>>, "kind" | "old" | "moved">,
  over: Values = {},
) {
  const start = clock.slept;
  await event();
  const done = await kind.up({ ...moved, ...over }, old);
  const waited = (clock.slept - start) / 1000;
  await event();
  for (let second = 0; second < 130; second += 1) await clock.sleep(1000);
  expect(done.did).toBe("replace");
  expect(warned).toEqual([]);
  expect((await simulator.admin.state()).subscriptions).toMatchObject([{ subscriptionId: done.id }]);
  return waited;
}

test("a subscription with a generated name moves without losing events, because the old one is kept until the new one takes effect", async () => {
  const there = await world();
  expect(await move(there)).toBe(120);
  expect(emitted).toBeGreaterThan(150);
  expect(lost).toEqual([]);
  const { subscriptionName } = there.old.state;
  expect(subscriptionName).toMatch(/^sent-[0-9a-f]{7}$/);
  const awaited = `the replacement of ${subscriptionName} to take effect before the old subscription is deleted, so that no event is lost`;
  expect(said[0]).toBe(`waiting up to 120 s for ${awaited}`);
  expect(said.at(-1)).toBe(`waiting for ${awaited}, 105 s so far`);
});

test("a subscription whose name changes with the move loses no events either", async () => {
  expect(await move(await world({ name: "sent" }), { subscriptionName: "other" })).toBe(120);
  expect(lost).toEqual([]);
});

test.each([
  [0, 120],
  [30, 90],
  [150, 0],
])(
  "after a run that ended before it deleted the old subscription, a run %i s later waits %i s",
  async (later, wait) => {
    const { kind, ens, old, moved, laterRun } = await world();
    const known = { objects: ens.objects, accountId: undefined };
    expect(diff(subscription as never, known, old.id, old.state, moved)).toMatchObject({ replaces: ["callbackId"] });
    const made = await kind.up(moved);
    expect(made.state).toMatchObject({ replaces: old.id });
    for (let second = 0; second < later; second += 1) await clock.sleep(1000);
    const next = laterRun();
    expect((await next.kind.up(moved, made)).did).toBe("nothing");
    const start = clock.slept;
    await next.kind.remove(old);
    expect((clock.slept - start) / 1000).toBe(wait);
    for (let second = 0; second < 130; second += 1) await clock.sleep(1000);
    expect(lost).toEqual([]);
    expect((await simulator.admin.state()).subscriptions).toMatchObject([{ subscriptionId: made.id }]);
  },
);

test("a shorter wait ends sooner, and later events are lost", async () => {
  expect(await move(await world({ activationWait: 30_000 }))).toBe(30);
  expect(lost.length).toBe(90);
});

test("without the wait the old subscription is deleted at once, and one with a set name before the new one is created", async () => {
  expect(await move(await world({ activationWait: 0 }))).toBe(0);
  expect(lost.length).toBe(120);
  await simulator.admin.reset();
  expect(await move(await world({ name: "sent" }))).toBe(0);
  expect(lost.length).toBe(120);
  expect(said).toEqual([]);
});

test.each<[string, { before?: object; over?: Values; breaks?: "unverified" | "gone" | "paused" }]>([
  ["it is paused", { before: { status: "paused" } }],
  ["it was paused elsewhere", { breaks: "paused" }],
  ["the new one is paused", { over: { status: "paused" } }],
  ["its callback is not verified any more", { breaks: "unverified" }],
  ["it is gone with its callback", { breaks: "gone" }],
])("a move does not wait if %s", async (_, { before = {}, over = {}, breaks }) => {
  const there = await world({ before });
  const { old, orders } = there;
  if (breaks === "unverified") await simulator.admin.patch("callbacks", orders, { status: "unverified" });
  if (breaks === "paused") await simulator.admin.patch("subscriptions", old.id, { status: "paused" });
  if (breaks === "gone") await simulator.admin.remove("subscriptions", old.id);
  if (breaks === "gone") await simulator.admin.remove("callbacks", orders);
  expect(await move(there, over)).toBe(0);
});

test("a move waits however ENS spells the status of the old subscription", async () => {
  const there = await world();
  await simulator.admin.patch("subscriptions", there.old.id, { status: "Active" });
  expect(await move(there)).toBe(120);
});

test("a move does not wait for a replacement of another resource, for one created long ago, or for itself", async () => {
  const { kind, old, moved } = await world();
  const start = () => clock.slept;
  const other = await kind.up({ ...moved, owner: ownerOf("opened") });
  const before = start();
  await kind.remove(old);
  const next = await kind.up(moved);
  await kind.remove(next);
  expect(start()).toBe(before);
  const again = await kind.up({ ...moved, subscriptionName: "opened too" });
  await clock.sleep(120_000);
  const late = start();
  await kind.remove(other);
  await kind.remove(again);
  expect(start()).toBe(late);
});

test("a subscription that cannot be read is deleted after the wait too", async () => {
  const there = await world();
  await simulator.admin.faults([
    { method: "GET", path: "/platform/v1/ens-callbacks/", kind: "status", status: 403, times: 9 },
  ]);
  expect(await move(there)).toBe(120);
  expect(lost).toEqual([]);
});

test("a subscription counts as being deleted during the wait", async () => {
  const { kind, ens, old, moved } = await world();
  const seen: boolean[] = [];
  during = () => void seen.push(ens.objects.deleting.has(old.id));
  await kind.up(moved, old);
  expect(seen.length).toBeGreaterThan(20);
  expect(new Set(seen)).toEqual(new Set([true]));
  expect(ens.objects.deleting.size).toBe(0);
});
