import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/initialization-failed";
import { pendingName } from "../../provider/src/kinds/names";
import { diff } from "../../provider/src/lifecycle/diff";
import { formatOwner } from "../../provider/src/resources/frozen";
import type { Run } from "../../provider/src/run/run";
import { checked, instantClock, lifecycleOf, ownerOf, runOf, type Stored } from "../support/lifecycle";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

const url = "https://hooks.example.org/orders";
const program = { callbackName: "orders", url, verification: { timeout: "20s" } };

let simulator: Simulator;
let receiver: Receiver;
let ens: Run;
let callbacks: ReturnType<typeof lifecycleOf>;

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt({ restUrl: simulator.restUrl, authUrl: simulator.authUrl });
  ens = runOf(simulator);
  callbacks = lifecycleOf(callback, ens);
});
afterEach(async () => {
  await ens.close();
  await simulator.close();
  await receiver.close();
});

const stored = async () => (await simulator.admin.state()).callbacks;
/** The same kind with a clock that never waits. */
const hurried = () => lifecycleOf(callback, runOf(simulator, instantClock()));

async function failedUp(how: ReturnType<typeof lifecycleOf>, wanted: object, before?: Stored): Promise<Error> {
  return how.up({ ...wanted }, before).then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );
}

test("a callback is created and verified, not changed, updated, replaced and deleted", async () => {
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

test("an unverified callback stays in the state with its key, and the next run verifies it", async () => {
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

test("a pending callback is still pending after a refresh", async () => {
  receiver.verifies = false;
  const { resourceId: id, state } = (await failedUp(hurried(), program)) as InitializationFailed;
  const refreshed = await callbacks.read({ id, state: { ...state } });
  await receiver.verifyNow();
  const resumed = await callbacks.up(program, { id, state: refreshed?.props ?? {} });
  expect(resumed).toMatchObject({ did: "update", id, state: { status: "verified" } });
  expect(resumed.state.signatureKey).toEqual(expect.any(String));
});

test("a callback with the strategy none is verified after the strategy changes, and vice versa", async () => {
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

test("a failed verification request leaves no callback behind, and the message says what to do", async () => {
  receiver.probeStatus = 503;
  const failure = await failedUp(callbacks, program);
  expect(failure.message).toContain(
    "no callback is left behind. Make the receiver return 200 to ENS's verification request.",
  );
  expect(await stored()).toEqual([]);
});

const PATH = "/platform/v1/ens-callbacks";
const PENDING_NAME = pendingName(ownerOf("orders"), url);

test.each([
  ["bears another name", { callbackName: "theirs" }],
  ["is at another url", { url: `${url}/other` }],
  ["is verified", { status: "verified" }],
])("a callback that ENS names after a failed verification request, but that %s, is not deleted", async (_, fields) => {
  const found = { callbackName: PENDING_NAME, url, status: "unverified", ...fields };
  const id = await simulator.admin.add("callbacks", found);
  const message = `Callback verification failed. CallbackId is ${id}`;
  await simulator.admin.faults([
    { method: "GET", path: PATH, kind: "read-lag", seconds: 60 }, // or the url would be known to be taken
    { method: "POST", path: PATH, kind: "status", status: 400, message },
  ]);
  const failure = await failedUp(hurried(), auto);
  expect(failure.message).toContain(`Callback ${id} was not deleted, because it is not the one that this run created.`);
  expect(await stored()).toMatchObject([{ callbackId: id, ...found }]);
});
/** A program without a name, of a resource that is called orders. */
const auto = { url, verification: program.verification, owner: ownerOf("orders") };
const NAME = expect.stringMatching(/^orders-[0-9a-f]{7}$/);
const PENDING = expect.stringMatching(/^orders-[0-9a-f]{12}-pending$/);

/** The last requests except reads, with the names of callbacks. */
async function writes(): Promise<(readonly [string, unknown])[]> {
  const entries = await simulator.admin.journal({ client: "rest" });
  const written = entries.filter(({ method }) => method !== "GET");
  return written.map(({ method, path, request }) => {
    const name = /"callbackName":"([^"]*)"/.exec(request.body)?.[1];
    return [`${method} ${path.slice("/platform/v1/".length)}`, name] as const;
  });
}

/** Runs until the run is interrupted, and returns the id of a callback that is not in the state. */
async function interrupted(wanted: object): Promise<string> {
  receiver.verifies = false;
  const { id } = await halfDone(wanted);
  receiver.verifies = true;
  return id;
}

const subscribe = (callbackId: string, subscriptionName = "legacy") =>
  simulator.admin.add("subscriptions", {
    subscriptionName,
    callbackId,
    eventCategoryTypes: ["EngagementEvents.EmailOpen"],
  });

test.each([
  ["left out", auto, NAME],
  ["typed", { ...auto, callbackName: "Orders of the shop" }, "Orders of the shop"],
])("a callback whose name is %s has a pending name in ENS until it is finished", async (_, wanted, name) => {
  receiver.verifies = false;
  const { resourceId: id, state } = (await failedUp(hurried(), wanted)) as InitializationFailed;
  const [live] = await stored();
  expect(live).toMatchObject({ callbackName: PENDING, status: "unverified" });
  expect(state).toMatchObject({ callbackName: name, pendingName: live?.callbackName });
  expect(await callbacks.read({ id, state: { ...state } })).toEqual({ props: state });
  await receiver.verifyNow();
  await simulator.admin.clearJournal();
  const done = await callbacks.up(wanted, { id, state: { ...state } });
  expect(await writes()).toEqual([["PUT ens-callbacks", name]]);
  expect(done.state).toMatchObject({ callbackName: name, status: "verified" });
  expect(done.state).not.toHaveProperty("pendingName");
  expect(await stored()).toMatchObject([{ callbackId: id, callbackName: done.state.callbackName }]);
  expect((await callbacks.up(wanted, done)).did).toBe("nothing");
});

test("a pending callback whose URL changes is replaced and deleted", async () => {
  receiver.verifies = false;
  const { resourceId: id, state } = (await failedUp(hurried(), auto)) as InitializationFailed;
  receiver.verifies = true;
  const moved = await callbacks.up({ ...auto, url: `${url}/new` }, { id, state: { ...state } });
  expect(moved).toMatchObject({ did: "replace", state: { callbackName: NAME, status: "verified" } });
  expect(moved.state.callbackName).not.toBe(Reflect.get(state, "callbackName"));
  expect((await stored()).map(({ callbackId }) => callbackId)).toEqual([moved.id]);
});

/** Returns what the engine stores after a partial failure. */
async function halfDone(wanted: object, before?: Stored): Promise<Stored & { readonly message: string }> {
  const failure = await failedUp(hurried(), wanted, before);
  expect(failure).toBeInstanceOf(InitializationFailed);
  const { resourceId: id, state, message } = failure as InitializationFailed;
  return { id, state: { ...state }, message };
}

test("a failed last step keeps the callback with its key, and the next run repeats the step", async () => {
  await simulator.admin.faults([{ method: "PUT", path: PATH, kind: "reset", times: 5 }]);
  const undone = await halfDone(auto);
  expect(undone.message).toMatch(
    /^callback .* exists but does not match the program: .* got no response: .*\nRun 'pulumi up' again\.$/,
  );
  expect(undone.state).toMatchObject({ pendingName: PENDING, callbackName: NAME, status: "verified" });
  expect(undone.state).not.toHaveProperty("unconfirmed");

  // ENS accepts the update this time, but the response is lost.
  const gets = { method: "GET", path: `${PATH}/`, kind: "reset", times: 5 } as const;
  await simulator.admin.faults([{ method: "PUT", path: PATH, kind: "answer-lost", times: 5 }, gets]);
  const unknown = await halfDone(auto, undone);
  expect(unknown.state).toEqual({ ...undone.state, unconfirmed: true });
  const [live] = await stored();
  expect(live).toMatchObject({ callbackId: undone.id, callbackName: NAME, signatureKey: undone.state.signatureKey });

  for (const before of [unknown, { ...unknown, state: (await callbacks.read(unknown))?.props ?? {} }]) {
    const done = await callbacks.up(auto, before);
    const { pendingName: _, unconfirmed: __, ...finished } = unknown.state;
    expect(done).toEqual({ did: "update", id: undone.id, state: finished });
    expect((await callbacks.up(auto, done)).did).toBe("nothing");
  }
  expect(await stored()).toEqual([live]);
});

test("a last step whose response was lost is confirmed by a read", async () => {
  await simulator.admin.faults([{ method: "PUT", path: PATH, kind: "answer-lost", times: 5 }]);
  const done = await hurried().up(auto);
  expect(done.state).toMatchObject({ callbackName: NAME, status: "verified" });
  expect(done.state).not.toHaveProperty("unconfirmed");
  expect(await stored()).toMatchObject([{ callbackName: done.state.callbackName }]);
});

test("the next run sends an unconfirmed update again, even if the program is reverted", async () => {
  const created = await callbacks.up(program);
  const gets = { method: "GET", path: `${PATH}/`, kind: "reset", times: 5 } as const;
  await simulator.admin.faults([{ method: "PUT", path: PATH, kind: "answer-lost", times: 5 }, gets]);
  const unknown = await halfDone({ ...program, maxBatchSize: 300 }, created);
  expect(unknown.state).toEqual({ ...created.state, unconfirmed: true });
  expect(await stored()).toMatchObject([{ maxBatchSize: 300 }]);
  const done = await callbacks.up(program, unknown);
  expect(done).toEqual({ ...created, did: "update" });
  expect(await stored()).toMatchObject([{ maxBatchSize: 1000 }]);
});

test("an accepted update that cannot be read back is sent again, even if the program is reverted", async () => {
  const created = await callbacks.up(program);
  await simulator.admin.faults([{ method: "GET", path: `${PATH}/`, kind: "reset", times: 5 }]);
  const unseen = await halfDone({ ...program, maxBatchSize: 300 }, created);
  expect(unseen.state).toEqual({ ...created.state, unconfirmed: true });
  expect(await stored()).toMatchObject([{ maxBatchSize: 300 }]);
  expect(await callbacks.up(program, unseen)).toEqual({ ...created, did: "update" });
  expect(await stored()).toMatchObject([{ maxBatchSize: 1000 }]);
});

test("a 404 for a new callback is repeated", async () => {
  const created = await callbacks.up(program);
  await simulator.admin.faults([{ method: "GET", path: `${PATH}/`, kind: "read-lag", seconds: 60, times: 3 }]);
  const changed = await hurried().up({ ...program, maxBatchSize: 300 }, created);
  expect(changed.state).toEqual({ ...created.state, maxBatchSize: 300 });
});

test("each update sends name and batch size, and a reset by ENS is detected", async () => {
  await simulator.admin.switches({ putResetsDefaults: "on" });
  const created = await callbacks.up({ ...program, maxBatchSize: 300 });
  await simulator.admin.clearJournal();
  const renamed = await callbacks.up({ ...program, maxBatchSize: 300, callbackName: "sales" }, created);
  expect(renamed.state).toEqual({ ...created.state, callbackName: "sales" });
  const [put] = await simulator.admin.journal({ method: "PUT" });
  expect(JSON.parse(put?.request.body ?? "")).toEqual([
    { callbackId: created.id, callbackName: "sales", maxBatchSize: 300 },
  ]);
});

test("a create whose response was lost deletes the callback, whose key is lost, and creates it again", async () => {
  await simulator.admin.faults([{ method: "POST", path: PATH, kind: "answer-lost" }]);
  const created = await callbacks.up(auto);
  expect(created.state).toMatchObject({ status: "verified", signatureKey: expect.any(String) });
  expect(await stored()).toMatchObject([{ callbackId: created.id, signatureKey: created.state.signatureKey }]);
  const made = (await writes()).filter(([call]) => !call.endsWith("ens-verify"));
  expect(made).toEqual([
    ["POST ens-callbacks", PENDING],
    [expect.stringMatching(/^DELETE ens-callbacks\//), undefined],
    ["POST ens-callbacks", PENDING],
    ["PUT ens-callbacks", NAME],
  ]);
});

test.each([
  ["left out", auto],
  ["typed", { ...auto, callbackName: "Orders of the shop" }],
  ["typed in a program of a version before 0.3", program],
])("the pending callback of an interrupted create, its name %s, is deleted and created again", async (_, wanted) => {
  const first = await interrupted(wanted);
  const again = await callbacks.up(wanted);
  expect(again.id).not.toBe(first);
  expect(await stored()).toMatchObject([{ callbackId: again.id, signatureKey: again.state.signatureKey }]);
  await callbacks.remove(again);
  expect(await stored()).toEqual([]);
});

test.each([
  ["another resource", { ...auto, owner: ownerOf("sales") }],
  ["the same resource of another stack", { ...auto, owner: formatOwner(["shop", "prod", "", "orders"]) }],
])("the pending callback of an interrupted create of %s is not changed", async (_, other) => {
  const first = await interrupted(other);
  const failure = await failedUp(callbacks, auto);
  expect(failure.message).toContain(`callback ${first} (`);
  expect(failure.message).toContain("already exists at https://hooks.example.org and was not changed");
  expect(await stored()).toMatchObject([{ callbackId: first }]);
  expect((await writes()).map(([call]) => call)).not.toContainEqual(expect.stringMatching(/^DELETE|regenerate/));
});

test("a callback that an interrupted run has finished is not deleted, although a list shows its pending name", async () => {
  const { id, state } = await callbacks.up(auto);
  await simulator.admin.patch("callbacks", id, { callbackName: PENDING_NAME });
  await simulator.admin.clock({ advanceSeconds: 600 });
  await simulator.admin.patch("callbacks", id, { callbackName: String(state.callbackName) });
  await simulator.admin.faults([{ method: "GET", path: PATH, kind: "read-lag", seconds: 60, times: 2 }]);
  const failure = await failedUp(hurried(), auto);
  expect(failure.message).toContain(
    `callback ${id} (${state.callbackName}) already exists at https://hooks.example.org`,
  );
  expect(await stored()).toMatchObject([{ callbackId: id, signatureKey: state.signatureKey, status: "verified" }]);
});

test("a pending callback with subscriptions is not deleted, and the message names the subscriptions", async () => {
  const first = await interrupted(auto);
  await simulator.admin.patch("callbacks", first, { status: "verified" });
  await subscribe(first);
  const failure = await failedUp(hurried(), auto);
  expect(failure.message).toMatch(
    /^an interrupted run left callback .*, which could not be deleted: .* still has 1 subscription: legacy/,
  );
  expect(await stored()).toMatchObject([{ callbackId: first, callbackName: PENDING }]);
});

describe("a finished callback of this resource that is not in the state", () => {
  test("keeps its id and its key, and the run stops with options", async () => {
    const first = await callbacks.up(auto);
    await subscribe(first.id);
    const before = await simulator.admin.state();
    await simulator.admin.clearJournal();
    const { message } = await failedUp(hurried(), auto);
    expect(message.split("\n")).toEqual([
      `callback ${first.id} (${first.state.callbackName}) already exists at https://hooks.example.org and was not changed.`,
      "This callback has 1 subscription.",
      expect.stringMatching(
        /^Such callbacks come from a run that was interrupted .* you must decide\. This run creates no more callbacks\.$/,
      ),
      "Options:",
      "  - If nobody has the signature key, run 'ENS_RECOVER=take-over pulumi up' once. This callback and all other callbacks of the program with generated names keep their ids and subscriptions and get new signature keys. Do not do this in a run that replaces the resource, because the state then has the key.",
      expect.stringMatching(/^ {2}- If this run replaces "orders" .*`deleteBeforeReplace: true` for this run/),
      "  - If the resource was renamed or moved in the program, add `aliases` to it.",
      '  - To manage this callback, set adopt: "always" on the resource. The callback keeps its id and its signature key. The resource gets the key only if the state contains it under another name and the run uses --refresh.',
      "  - If nobody needs the callback, delete it in Setup, or choose another url.",
    ]);
    expect([await writes(), await simulator.admin.state()]).toEqual([[], before]);
  });

  test("is adopted with its key", async () => {
    const first = await callbacks.up(auto);
    const { did, id, state } = await hurried().up({ ...auto, adopt: "always" });
    expect({ did, id, state }).toMatchObject({ did: "create", id: first.id, state: { adopted: true } });
    expect(state).not.toHaveProperty("signatureKey");
    expect(await stored()).toMatchObject([{ signatureKey: first.state.signatureKey }]);
  });

  test("is never taken over with a new key while the state contains it", async () => {
    const first = await callbacks.up(auto);
    const replacing = runOf(simulator, instantClock(), [], { takesOver: true });
    await lifecycleOf(callback, replacing).up(auto, first); // makes the entry known to the run
    const failure = await failedUp(lifecycleOf(callback, replacing), auto);
    expect(failure.message).toContain("deleteBeforeReplace: true");
    expect(await stored()).toMatchObject([{ callbackId: first.id, signatureKey: first.state.signatureKey }]);
  });

  test("is taken over with a new key in a run with ENS_RECOVER", async () => {
    const first = await callbacks.up(auto);
    await subscribe(first.id);
    const said: string[] = [];
    const takingOver = lifecycleOf(callback, runOf(simulator, instantClock(), said, { takesOver: true }));
    const taken = await takingOver.up(auto);
    expect(taken).toMatchObject({ did: "create", id: first.id, state: { status: "verified" } });
    expect(taken.state).not.toHaveProperty("adopted");
    expect(said).toEqual([
      `callback ${first.id} (${first.state.callbackName}) is taken over and gets a new signature key. Update its receiver. Subscriptions that this stack created for it are taken over too.`,
    ]);
    expect(await stored()).toMatchObject([{ callbackId: first.id, signatureKey: taken.state.signatureKey }]);
    expect(taken.state.signatureKey).not.toBe(first.state.signatureKey);
    expect((await simulator.admin.state()).subscriptions).toHaveLength(1);
    expect((await hurried().up(auto, taken)).did).toBe("nothing");
  });

  test("is not taken over by ENS_RECOVER if the program sets its name, or if it belongs to another resource", async () => {
    const named = { ...auto, callbackName: "orders" };
    const first = await callbacks.up(named);
    for (const wanted of [named, { ...auto, owner: ownerOf("sales") }]) {
      const takingOver = lifecycleOf(callback, runOf(simulator, instantClock(), [], { takesOver: true }));
      const { message } = await failedUp(takingOver, wanted);
      expect(message).toContain("already exists at https://hooks.example.org and was not changed");
      expect(message).not.toContain("ENS_RECOVER");
      expect(message).toContain(
        "adopt the callback, run 'pulumi up', raise signatureKeyVersion, and run 'pulumi up' again",
      );
    }
    expect(await stored()).toMatchObject([{ callbackId: first.id, signatureKey: first.state.signatureKey }]);
  });
});

test("a callback of another resource is never adopted, and the message names the resource", async () => {
  const other = { ...auto, owner: ownerOf("sales") };
  const theirs = await callbacks.up(other);
  const inProgram = await failedUp(callbacks, { ...auto, adopt: "always" });
  expect(inProgram.message).toContain('The resource "sales" of this program manages it. Set another url here, or');

  // In another run, whose program contains only this resource.
  const later = runOf(simulator, instantClock(), [], { takesOver: true });
  await lifecycleOf(callback, later).read(theirs);
  const renamed = await failedUp(lifecycleOf(callback, later), auto);
  expect(renamed.message).toContain(
    'The state contains it as the resource "sales". If that resource was renamed or moved, add `aliases` to this one.',
  );
  expect(renamed.message).not.toMatch(/adopt|ENS_RECOVER/);
  expect(await stored()).toMatchObject([{ callbackId: theirs.id, signatureKey: theirs.state.signatureKey }]);
});

test("a callback of an entry that left the program is adopted with its key, and kept when that entry is deleted", async () => {
  const { owner: _, ...rest } = auto;
  const old = await callbacks.up({ ...rest, owner: ownerOf("sales") });
  const said: string[] = [];
  const later = lifecycleOf(callback, runOf(simulator, instantClock(), said));
  await later.read(old);
  const renamed = await later.up({ ...auto, adopt: "always" });
  expect(renamed).toMatchObject({ id: old.id, state: { signatureKey: old.state.signatureKey, callbackName: NAME } });
  expect(renamed.state).not.toHaveProperty("adopted");
  await later.remove(old);
  const stays = "stays in ENS, because another resource of this stack manages it now";
  expect(said).toEqual([`callback ${old.id} (${old.state.callbackName} at https://hooks.example.org) ${stays}`]);
  expect(await stored()).toMatchObject([{ callbackId: old.id, signatureKey: renamed.state.signatureKey }]);
});

describe("a replaced callback that still exists", () => {
  const moved = { ...auto, url: `${url}/new` };
  /** Replaces a callback in a run that ends before it deletes the old one. */
  const replaced = async () => {
    const old = await callbacks.up(auto);
    const run = runOf(simulator, instantClock());
    diff(callback as never, { objects: run.objects, accountId: undefined }, old.id, old.state, moved);
    const now = await lifecycleOf(callback, run).up(moved);
    const { signatureKey, signatureKeyVersion, verifiedAt } = old.state;
    expect(now.state.replaced).toEqual({ callbackId: old.id, signatureKey, signatureKeyVersion, verifiedAt });
    return { old, now };
  };

  test("is managed again with its key if the program is reverted, and its old entry does not delete it", async () => {
    const { old, now } = await replaced();
    const run = runOf(simulator, instantClock());
    const later = lifecycleOf(callback, run);
    diff(callback as never, { objects: run.objects, accountId: undefined }, now.id, now.state, auto);
    const back = await later.up(auto);
    expect(back).toMatchObject({ id: old.id, state: { signatureKey: old.state.signatureKey, callbackName: NAME } });
    await later.remove(now);
    await later.remove(old);
    expect(await stored()).toMatchObject([{ callbackId: old.id, signatureKey: old.state.signatureKey }]);
  });

  test("is re-created if it was deleted, although a list still shows it", async () => {
    const { old, now } = await replaced();
    await simulator.admin.clock({ advanceSeconds: 600 }); // so that the list misses the delete alone
    await hurried().remove(old);
    const run = runOf(simulator, instantClock());
    diff(callback as never, { objects: run.objects, accountId: undefined }, now.id, now.state, auto);
    await simulator.admin.faults([{ method: "GET", path: PATH, kind: "read-lag", seconds: 60 }]);
    const back = await lifecycleOf(callback, run).up(auto);
    expect(back.id).not.toBe(old.id);
    expect(await stored()).toContainEqual(expect.objectContaining({ callbackId: back.id, url }));
  });

  test("stays in the state if a list is too old to show it, because its key is nowhere else", async () => {
    const { old, now } = await replaced();
    await simulator.admin.faults([{ method: "GET", path: PATH, kind: "read-lag", seconds: 60, times: 5 }]);
    const read = await hurried().read(now);
    expect(read?.props.replaced).toMatchObject({ callbackId: old.id, signatureKey: old.state.signatureKey });
  });

  test("is removed from the state after a refresh has seen that it was deleted", async () => {
    const { old, now } = await replaced();
    const longAgo = { ...now, state: { ...now.state, createdAt: "2020-01-01T00:00:00Z" } };
    expect((await hurried().read(longAgo))?.props).toHaveProperty("replaced");
    await hurried().remove(old);
    expect((await hurried().read(longAgo))?.props).not.toHaveProperty("replaced");
  });
});

test("a callback of somebody else at the URL is not changed, and the message names it", async () => {
  const foreign = await callbacks.up({ ...program, callbackName: "theirs" });
  const failure = await failedUp(hurried(), program);
  expect(failure.message).toContain(
    `callback ${foreign.id} (theirs) already exists at https://hooks.example.org and was not changed`,
  );
  expect(await stored()).toMatchObject([{ callbackId: foreign.id, signatureKey: foreign.state.signatureKey }]);
});

test("a name that looks generated proves nothing", async () => {
  const { generatedName } = checked(callback, auto).values;
  const foreign = await callbacks.up({ ...program, callbackName: generatedName });
  const failure = await failedUp(hurried(), { ...program, callbackName: generatedName });
  expect(failure.message).toContain(
    `callback ${foreign.id} (${generatedName}) already exists at https://hooks.example.org`,
  );
  expect(await stored()).toMatchObject([{ callbackId: foreign.id, signatureKey: foreign.state.signatureKey }]);
});

test("a name with a git hash at its end looks generated, and causes neither a delete nor a change", async () => {
  const name = "orders-3f2a1bc";
  const foreign = await callbacks.up({ ...program, callbackName: name });
  await subscribe(foreign.id);
  const before = await simulator.admin.state();
  await simulator.admin.clearJournal();
  // Not even in a run with ENS_RECOVER, which takes over finished callbacks of this resource.
  for (const takesOver of [false, true]) {
    const others = lifecycleOf(callback, runOf(simulator, instantClock(), [], { takesOver }));
    const failure = await failedUp(others, { ...auto, adopt: "ifUnverified" });
    expect(failure.message).toContain(`callback ${foreign.id} (${name}) already exists at https://hooks.example.org`);
  }
  expect([await writes(), await simulator.admin.state()]).toEqual([[], before]);
});

test("a 404 means that a callback was deleted, but not within thirty seconds of its creation", async () => {
  const created = await callbacks.up(program);
  await simulator.admin.remove("callbacks", created.id);
  const clock = instantClock();
  const young = lifecycleOf(callback, runOf(simulator, clock));
  expect(await young.read(created)).toBeUndefined();
  expect(clock.slept).toBeGreaterThan(20_000);
  expect(await callbacks.read({ ...created, state: { ...created.state, createdAt: "2020-01-01T00:00:00Z" } })).toBe(
    undefined,
  );
});

test("each property that was changed in ENS is read back as an input and an output", async () => {
  const created = await callbacks.up(program);
  await simulator.admin.patch("callbacks", created.id, { callbackName: "drifted", maxBatchSize: 200 });
  const live = await callbacks.read(created);
  expect(live?.inputs).toMatchObject({ callbackName: "drifted", maxBatchSize: 200, url });
  expect(live?.props).toEqual({ ...created.state, callbackName: "drifted", maxBatchSize: 200 });
});

test("a callback that loses its verified status is reported and not changed", async () => {
  const created = await callbacks.up(program);
  await simulator.admin.patch("callbacks", created.id, { status: "suspended" });
  const live = await callbacks.read(created);
  expect(live?.props).toMatchObject({ status: "suspended", signatureKey: created.state.signatureKey });
  expect((await callbacks.up(program, { id: created.id, state: live?.props ?? {} })).did).toBe("nothing");
});

test("a delete that subscriptions block names them and succeeds after they are deleted", async () => {
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
