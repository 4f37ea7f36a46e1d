import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import type { EnsClient } from "../../provider/src/ens/client";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/kind";
import { clientOf, instantClock, lifecycleOf, type Stored } from "../support/lifecycle";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

const url = "https://hooks.example.org/orders";
const program = { callbackName: "orders", url, verification: { timeout: "20s" } };

let simulator: Simulator;
let receiver: Receiver;
let ens: EnsClient;
let callbacks: ReturnType<typeof lifecycleOf>;

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt({ restUrl: simulator.restUrl, authUrl: simulator.authUrl });
  ens = clientOf(simulator);
  callbacks = lifecycleOf(callback, ens);
});
afterEach(async () => {
  await ens.close();
  await simulator.close();
  await receiver.close();
});

const stored = async () => (await simulator.admin.state()).callbacks;
/** The same kind, with a clock on which waiting takes no time. */
const hurried = () => lifecycleOf(callback, clientOf(simulator, instantClock()));

async function failedUp(how: ReturnType<typeof lifecycleOf>, wanted: object, before?: Stored): Promise<Error> {
  return how.up({ ...wanted }, before).then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );
}

test("a callback is created verified, left alone, updated, replaced and deleted", async () => {
  const created = await callbacks.up(program);
  expect(created).toMatchObject({ did: "create", state: { url, maxBatchSize: 1000, status: "verified" } });
  expect(created.state).toMatchObject({ signatureKey: expect.stringMatching(/^.{43}=$/) });
  expect(await callbacks.up(program, created)).toEqual({ ...created, did: "nothing" });

  const updated = await callbacks.up({ ...program, callbackName: "sales", maxBatchSize: 100 }, created);
  expect(updated).toEqual({
    ...created,
    did: "update",
    state: { ...created.state, callbackName: "sales", maxBatchSize: 100 },
  });
  expect(await stored()).toMatchObject([{ callbackId: created.id, callbackName: "sales", maxBatchSize: 100 }]);

  const moved = await callbacks.up({ ...program, url: "https://hooks.example.org/new" }, updated);
  expect(moved.did).toBe("replace");
  expect((await stored()).map(({ callbackId }) => callbackId)).toEqual([moved.id]);
  expect(moved.state.signatureKey).not.toBe(created.state.signatureKey);

  await callbacks.remove(moved);
  expect(await stored()).toEqual([]);
  await callbacks.remove(moved);
});

test("a callback nobody verified stays in state with its key, and the next run verifies that same one", async () => {
  receiver.verifies = false;
  const failure = await failedUp(hurried(), program);
  expect(failure).toBeInstanceOf(InitializationFailed);
  const { resourceId, state } = failure as InitializationFailed;
  expect(failure.message).toContain(`callback ${resourceId} exists but is not verified`);
  expect(state).toMatchObject({ status: "unverified", signatureKey: expect.any(String) });

  receiver.verifies = true;
  await receiver.verifyNow();
  const resumed = await callbacks.up(program, { id: resourceId, state: { ...state } });
  expect(resumed).toMatchObject({ did: "update", id: resourceId, state: { status: "verified" } });
  expect(resumed.state.signatureKey).toBe((state as Stored["state"]).signatureKey);
  expect(await stored()).toHaveLength(1);
});

test("an unfinished callback is still unfinished after a refresh", async () => {
  receiver.verifies = false;
  const { resourceId: id, state } = (await failedUp(hurried(), program)) as InitializationFailed;
  const refreshed = await callbacks.read({ id, state: { ...state } });
  await receiver.verifyNow();
  const resumed = await callbacks.up(program, { id, state: refreshed?.props ?? {} });
  expect(resumed).toMatchObject({ did: "update", id, state: { status: "verified" } });
  expect(resumed.state.signatureKey).toEqual(expect.any(String));
});

test("a callback that nobody was to verify is verified once the program says how, and the other way round", async () => {
  receiver.verifies = false;
  const none = { ...program, verification: { strategy: "none" } };
  const created = await callbacks.up(none);
  expect((await callbacks.up(none, created)).did).toBe("nothing");
  const waiting = await failedUp(hurried(), program, created);
  const { resourceId: id, state } = waiting as InitializationFailed;
  expect({ id, status: Reflect.get(state, "status") }).toEqual({ id: created.id, status: "unverified" });
  const left = await callbacks.up(none, { id, state: { ...state } });
  expect(left).toMatchObject({ did: "update", id: created.id, state: { verification: { strategy: "none" } } });
  await receiver.verifyNow();
  expect(await callbacks.up(program, left)).toMatchObject({ did: "update", state: { status: "verified" } });
});

test("a failed probe leaves nothing behind and says what to do", async () => {
  receiver.probeStatus = 503;
  const failure = await failedUp(callbacks, program);
  expect(failure.message).toContain("nothing is left behind; make the receiver answer ENS's POST with 200");
  expect(await stored()).toEqual([]);
});

test("a create whose answer is lost goes on with the callback that ENS made, with a new key", async () => {
  await simulator.admin.faults([{ method: "POST", path: "/platform/v1/ens-callbacks", kind: "answer-lost" }]);
  const created = await callbacks.up(program);
  expect(created.state).toMatchObject({ status: "verified", signatureKey: expect.any(String) });
  expect(await stored()).toMatchObject([{ callbackId: created.id, signatureKey: created.state.signatureKey }]);
});

test("an auto-named callback of an interrupted run is made anew, not doubled", async () => {
  const named = { ...program, callbackName: "orders-0123abc" };
  const first = await callbacks.up(named);
  const again = await callbacks.up(named);
  expect(again.id).not.toBe(first.id);
  expect(await stored()).toMatchObject([{ callbackId: again.id, signatureKey: again.state.signatureKey }]);
});

test("one of an interrupted run that has subscriptions is left alone, and they are named", async () => {
  const named = { ...program, callbackName: "orders-0123abc" };
  const first = await callbacks.up(named);
  const subscription = {
    subscriptionName: "legacy",
    callbackId: first.id,
    eventCategoryTypes: ["EngagementEvents.EmailOpen"],
  };
  const token = await tokenOf(simulator.authUrl);
  await post(`${simulator.restUrl}/platform/v1/ens-subscriptions`, JSON.stringify([subscription]), token);
  const failure = await failedUp(hurried(), named);
  expect(failure.message).toMatch(/^an earlier run left a callback at https:.*: .* still has 1 subscription: legacy/);
  expect((await stored()).map(({ callbackId }) => callbackId)).toEqual([first.id]);
});

test("a callback that somebody else made at the url is left alone and named", async () => {
  const foreign = await callbacks.up({ ...program, callbackName: "theirs" });
  const failure = await failedUp(callbacks, program);
  expect(failure.message).toContain(`belongs to callback theirs (${foreign.id})`);
  expect(await stored()).toMatchObject([{ callbackId: foreign.id, signatureKey: foreign.state.signatureKey }]);
});

test("a callback gone from ENS is gone, though not within thirty seconds of its creation", async () => {
  const created = await callbacks.up(program);
  await simulator.admin.remove("callbacks", created.id);
  const clock = instantClock();
  const young = lifecycleOf(callback, clientOf(simulator, clock));
  expect(await young.read(created)).toBeUndefined();
  expect(clock.slept).toBeGreaterThan(20_000);
  expect(await callbacks.read({ ...created, state: { ...created.state, createdAt: "2020-01-01T00:00:00Z" } })).toBe(
    undefined,
  );
});

test("each property changed elsewhere is read back as an input and an output", async () => {
  const created = await callbacks.up(program);
  await simulator.admin.patch("callbacks", created.id, { callbackName: "drifted", maxBatchSize: 200 });
  const live = await callbacks.read(created);
  expect(live?.inputs).toMatchObject({ callbackName: "drifted", maxBatchSize: 200, url });
  expect(live?.props).toEqual({ ...created.state, callbackName: "drifted", maxBatchSize: 200 });
});

test("a callback that was verified and says otherwise later is reported and left alone", async () => {
  const created = await callbacks.up(program);
  await simulator.admin.patch("callbacks", created.id, { status: "suspended" });
  const live = await callbacks.read(created);
  expect(live?.props).toMatchObject({ status: "suspended", signatureKey: created.state.signatureKey });
  expect((await callbacks.up(program, { id: created.id, state: live?.props ?? {} })).did).toBe("nothing");
});

test("a delete that subscriptions block names them; once they are gone it works", async () => {
  const created = await callbacks.up(program);
  const wire = {
    subscriptionName: "legacy",
    callbackId: created.id,
    eventCategoryTypes: ["EngagementEvents.EmailOpen"],
  };
  const token = await tokenOf(simulator.authUrl);
  await post(`${simulator.restUrl}/platform/v1/ens-subscriptions`, JSON.stringify([wire]), token);
  const [blocker] = (await simulator.admin.state()).subscriptions;
  const failure = await hurried()
    .remove(created)
    .catch((error: Error) => error);
  expect((failure as Error).message).toContain(
    `callback ${created.id} still has 1 subscription: legacy (${blocker?.subscriptionId})`,
  );
  await simulator.admin.remove("subscriptions", blocker?.subscriptionId ?? "");
  await callbacks.remove(created);
  expect(await stored()).toEqual([]);
});
