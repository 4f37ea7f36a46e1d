import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import type { EnsClient } from "../../provider/src/ens/client";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import { clientOf, instantClock, lifecycleOf } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

const PATH = "/platform/v1/ens-subscriptions";
let simulator: Simulator;
let receiver: Receiver;
let ens: EnsClient;
let subscriptions: ReturnType<typeof lifecycleOf>;
let program: Record<string, unknown>;

const callbackAt = async (path: string) =>
  lifecycleOf(callback, ens).up({ callbackName: path, url: `https://hooks.example.org/${path}` });
const stored = async () => (await simulator.admin.state()).subscriptions;
const hurried = () => lifecycleOf(subscription, clientOf(simulator, instantClock()));
const failed = (attempt: Promise<unknown>) =>
  attempt.then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt({ restUrl: simulator.restUrl, authUrl: simulator.authUrl });
  ens = clientOf(simulator);
  subscriptions = lifecycleOf(subscription, ens);
  const { id: callbackId } = await callbackAt("orders");
  program = {
    subscriptionName: "sent",
    callbackId,
    eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"],
    filters: { definitionKey: "order-confirm" },
  };
});
afterEach(async () => {
  await ens.close();
  await simulator.close();
  await receiver.close();
});

test("a subscription is created, left alone, updated, paused, resumed, moved and deleted", async () => {
  const created = await subscriptions.up(program);
  expect(created).toMatchObject({
    did: "create",
    state: { status: "active", filters: ["definitionKey=order-confirm"] },
  });
  const reordered = [...(program.eventCategoryTypes as string[])].reverse();
  expect((await subscriptions.up({ ...program, eventCategoryTypes: reordered }, created)).did).toBe("nothing");

  const wanted = {
    ...program,
    subscriptionName: "all",
    eventCategoryTypes: ["EngagementEvents.EmailOpen"],
    filters: [],
  };
  const updated = await subscriptions.up(wanted, created);
  expect(updated.did).toBe("update");
  expect(await stored()).toMatchObject([
    {
      subscriptionId: created.id,
      subscriptionName: "all",
      eventCategoryTypes: ["EngagementEvents.EmailOpen"],
      filters: [],
    },
  ]);

  const paused = await subscriptions.up({ ...wanted, status: "paused", statusReason: "maintenance" }, updated);
  expect(paused).toMatchObject({ did: "update", state: { status: "paused", statusReason: "maintenance" } });
  expect(await stored()).toMatchObject([{ status: "paused", statusReason: "maintenance" }]);
  const resumed = await subscriptions.up(wanted, paused);
  expect(resumed).toMatchObject({ did: "update", state: { status: "active" } });

  const { id: other } = await callbackAt("other");
  const moved = await subscriptions.up({ ...wanted, callbackId: other }, resumed);
  expect(moved.did).toBe("replace");
  expect(await stored()).toMatchObject([{ subscriptionId: moved.id, callbackId: other }]);
  await subscriptions.remove(moved);
  await subscriptions.remove(moved);
  expect(await stored()).toEqual([]);
});

test("one that shall be paused is paused when its creation is done", async () => {
  const created = await subscriptions.up({ ...program, status: "paused" });
  expect(created.state).toMatchObject({ status: "paused", statusReason: "set by pulumi-ens" });
  expect(await stored()).toMatchObject([{ status: "paused", statusReason: "set by pulumi-ens" }]);
});

test("one that could be made but not paused is kept, and the next run pauses it", async () => {
  await simulator.admin.faults([{ method: "PUT", path: PATH, kind: "status", status: 400, errorcode: 30000 }]);
  const failure = await failed(subscriptions.up({ ...program, status: "paused" }));
  expect(failure).toBeInstanceOf(InitializationFailed);
  const { resourceId: id, state } = failure as InitializationFailed;
  const resumed = await subscriptions.up({ ...program, status: "paused" }, { id, state: { ...state } });
  expect(resumed).toMatchObject({ did: "update", id, state: { status: "paused" } });
  expect(await stored()).toHaveLength(1);
});

test("a create whose answer is lost goes on with the subscription that ENS made", async () => {
  await simulator.admin.faults([{ method: "POST", path: PATH, kind: "answer-lost" }]);
  const created = await subscriptions.up(program);
  expect(await stored()).toMatchObject([{ subscriptionId: created.id }]);
});

test("an auto-named subscription of an interrupted run is made anew, not doubled", async () => {
  const named = { ...program, subscriptionName: "sent-0123abc" };
  const first = await subscriptions.up(named);
  const again = await subscriptions.up({ ...named, filters: [] });
  expect(again.id).not.toBe(first.id);
  expect(await stored()).toMatchObject([{ subscriptionId: again.id, filters: [] }]);
});

test("a name that somebody else's subscription has is refused with its id", async () => {
  const foreign = await subscriptions.up(program);
  const failure = await failed(subscriptions.up(program));
  expect(failure.message).toContain(`has a subscription sent (${foreign.id}), not made by this resource`);
  expect(failure.message).toContain('choose another subscriptionName, or take it over with adopt: "always"');
});

test("with adopt, the one of that name is taken over and brought to what is asked, and no other", async () => {
  const foreign = await subscriptions.up({ ...program, filters: [], status: "paused" });
  const wanted = { ...program, adopt: "always" };
  const adopted = await subscriptions.up(wanted);
  expect(adopted).toMatchObject({ did: "create", id: foreign.id });
  expect(await stored()).toMatchObject([
    { subscriptionId: foreign.id, filters: ["definitionKey=order-confirm"], status: "active" },
  ]);
  expect((await subscriptions.up(program, adopted)).did).toBe("nothing");
  const other = await subscriptions.up({ ...wanted, subscriptionName: "other" });
  expect((await stored()).map(({ subscriptionId }) => subscriptionId)).toEqual([foreign.id, other.id]);
  expect((await failed(subscriptions.up({ ...program, adopt: "sometimes" }))).message).toBe(
    'adopt is unknown; give "never" or "always"',
  );
});

test("with adopt, one that is like what is asked is left as it is", async () => {
  await subscriptions.up(program);
  await simulator.admin.clearJournal();
  await subscriptions.up({ ...program, adopt: "always" });
  const calls = (await simulator.admin.journal()).filter(({ path }) => path.startsWith("/platform/"));
  expect(calls.map(({ method }) => method)).toEqual(["GET"]);
});

test("a callback that is not verified is named as the reason", async () => {
  const callbackId = String(program.callbackId);
  await simulator.admin.patch("callbacks", callbackId, { status: "unverified" });
  const failure = await failed(subscriptions.up(program));
  expect(failure.message).toContain(`callback ${callbackId} is "unverified": it must be verified`);
});

test("a verified callback that ENS does not take subscriptions for yet is asked again", async () => {
  await simulator.admin.faults([
    { method: "POST", path: PATH, kind: "status", status: 400, errorcode: 30001, times: 3 },
  ]);
  const created = await hurried().up(program);
  expect(await stored()).toMatchObject([{ subscriptionId: created.id }]);
});

test("a refusal that waiting does not cure fails at once", async () => {
  const clock = instantClock();
  const kind = lifecycleOf(subscription, clientOf(simulator, clock));
  const failure = await failed(kind.up({ ...program, eventCategoryTypes: ["Nobody.KnowsIt"] }));
  expect(failure.message).toContain("POST /platform/v1/ens-subscriptions answered 400 (errorcode 10005)");
  expect(clock.slept).toBe(0);
});

test("each property changed elsewhere is read back, and one run repairs it", async () => {
  const created = await subscriptions.up(program);
  const drift = {
    subscriptionName: "drifted",
    eventCategoryTypes: ["EngagementEvents.EmailClick"],
    filters: [],
    status: "paused",
    statusReason: "by hand",
  };
  for (const [property, value] of Object.entries(drift).filter(([key]) => key !== "statusReason")) {
    await simulator.admin.patch("subscriptions", created.id, { [property]: value });
    const live = await lifecycleOf(subscription, clientOf(simulator)).read(created);
    expect(live?.inputs).toMatchObject({ [property]: value });
    const repaired = await subscriptions.up(program, { id: created.id, state: live?.props ?? {} });
    expect(repaired.did).toBe("update");
  }
  const live = await subscriptions.read(created);
  expect(live?.inputs).toEqual({ ...created.state, subscriptionId: undefined, createdAt: undefined });
});

test("thirty subscriptions of two callbacks are read with two calls", async () => {
  const { id: other } = await callbackAt("other");
  const made = [];
  for (let at = 0; at < 30; at += 1) {
    const callbackId = at % 2 === 0 ? other : program.callbackId;
    made.push(await subscriptions.up({ ...program, callbackId, subscriptionName: `many-${at}` }));
  }
  const fresh = lifecycleOf(subscription, clientOf(simulator));
  await simulator.admin.clearJournal();
  await Promise.all(made.map((each) => fresh.read(each)));
  const reads = (await simulator.admin.journal()).filter(({ path }) => path.startsWith("/platform/"));
  expect(reads).toHaveLength(2);
});
