import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { callback } from "../../provider/src/kinds/callback";
import type { Values } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import { diff } from "../../provider/src/lifecycle/diff";
import { lifecycleOf, ownerOf, runOf, sharedClock } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

// Events happen all the time while a subscription moves, and ENS takes its two minutes until a new one is in effect.

const SENT = "TransactionalSendEvents.EmailSent";
const OWNER = ownerOf("sent");
let simulator: Simulator;
let receiver: Receiver;
let clock: ReturnType<typeof sharedClock>;
let emitted: number;
/** Numbers of the events that nobody got. */
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

/** A subscription that has been in effect for long, and what shall be of it on another callback. */
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

/** How long the move took, and which events were lost then and in the two minutes after it. */
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

test("an auto-named one is moved without a gap: the old one stays until the new one is in effect", async () => {
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

test("so is one whose typed name changes with the move", async () => {
  expect(await move(await world({ name: "sent" }), { subscriptionName: "other" })).toBe(120);
  expect(lost).toEqual([]);
});

test.each([
  [0, 120],
  [30, 90],
  [150, 0],
])(
  "a run that ended before it deleted the old one is made up for by one %i s later, which waits %i s",
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

test("a shorter wait ends sooner, and what happens after it is lost", async () => {
  expect(await move(await world({ activationWait: 30_000 }))).toBe(30);
  expect(lost.length).toBe(90);
});

test("without the wait it goes at once, and so does one with a name of its own, before the new one comes", async () => {
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
])("nothing is waited for when %s", async (_, { before = {}, over = {}, breaks }) => {
  const there = await world({ before });
  const { old, orders } = there;
  if (breaks === "unverified") await simulator.admin.patch("callbacks", orders, { status: "unverified" });
  if (breaks === "paused") await simulator.admin.patch("subscriptions", old.id, { status: "paused" });
  if (breaks === "gone") await simulator.admin.remove("subscriptions", old.id);
  if (breaks === "gone") await simulator.admin.remove("callbacks", orders);
  expect(await move(there, over)).toBe(0);
});

test("it is waited for however ENS spells the status of the old one", async () => {
  const there = await world();
  await simulator.admin.patch("subscriptions", there.old.id, { status: "Active" });
  expect(await move(there)).toBe(120);
});

test("nor for another resource's, nor for one that was made long ago, nor for its own", async () => {
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

test("one that may not be read is waited for all the same, and deleted", async () => {
  const there = await world();
  await simulator.admin.faults([
    { method: "GET", path: "/platform/v1/ens-callbacks/", kind: "status", status: 403, times: 9 },
  ]);
  expect(await move(there)).toBe(120);
  expect(lost).toEqual([]);
});

test("meanwhile nobody takes it for one that stays: it counts as one whose delete is under way", async () => {
  const { kind, ens, old, moved } = await world();
  const seen: boolean[] = [];
  during = () => void seen.push(ens.objects.deleting.has(old.id));
  await kind.up(moved, old);
  expect(seen.length).toBeGreaterThan(20);
  expect(new Set(seen)).toEqual(new Set([true]));
  expect(ens.objects.deleting.size).toBe(0);
});
