import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { createCallback, createSubscription, getCallback } from "../../provider/src/ens/api";
import { isVerified } from "../../provider/src/ens/callback-status";
import { poll } from "../../provider/src/ens/poll";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import type { Kind } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import { importObject } from "../../provider/src/lifecycle/operations";
import { Objects } from "../../provider/src/run/objects";
import type { Run } from "../../provider/src/run/run";
import { checked, differenceOf, lifecycleOf, runOf, sharedClock } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

// Imports by an id alone, which is all that `pulumi import` passes to a provider plugin.

let simulator: Simulator;
let receiver: Receiver;
let run: Run;

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt(simulator);
  run = runOf(simulator);
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const url = "https://hooks.example.org/orders";
const NOBODY = "00000000-0000-4000-8000-000000000000";

/** A verified callback and its subscription, created outside of Pulumi. */
async function setUp(): Promise<{ readonly callbackId: string; readonly subscriptionId: string }> {
  const { callbackId } = await createCallback(run.ens, { callbackName: "orders", url, maxBatchSize: 500 });
  const isReady = async () => (isVerified((await getCallback(run.ens, callbackId)).status) ? true : undefined);
  await poll(run, 10_000, "the receiver to verify the callback", isReady);
  const { subscriptionId } = await createSubscription(run.ens, {
    ...{ subscriptionName: "sent", callbackId, eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] },
    filters: ["definitionKey=order-confirm"],
  });
  return { callbackId, subscriptionId };
}

test.each([
  ["callback", callback, "callbackId"],
  ["subscription", subscription, "subscriptionId"],
] as const)(
  "a %s is imported by its id, previews without a change, and an update changes nothing in ENS",
  async (_noun, kind, id) => {
    const made = await setUp();
    const before = await simulator.admin.state();
    const { inputs, props } = await importObject(kind, run, made[id]);
    expect(props).toMatchObject({ [id]: made[id], accountId: expect.any(String) });
    const { inputs: asked, failures } = checked(kind, inputs);
    expect(failures).toEqual([]);
    expect(differenceOf(kind, props, asked)).toMatchObject({ changes: false, details: [], replaces: [] });
    await simulator.admin.clearJournal();
    const updated = await lifecycleOf(kind, run).up({ ...inputs, adopt: "always" }, { id: made[id], state: props });
    expect(updated.did).toBe("nothing");
    const changes = (await simulator.admin.journal()).filter(({ method }) => method !== "GET");
    expect(changes).toEqual([]);
    expect(await simulator.admin.state()).toEqual(before);
  },
);

test("the first update of an imported callback does not rotate its signature key", async () => {
  const { callbackId } = await setUp();
  const { inputs, props } = await importObject(callback, run, callbackId);
  const { state } = await lifecycleOf(callback, run).up(
    { ...inputs, maxBatchSize: 300 },
    { id: callbackId, state: props },
  );
  expect(state).toMatchObject({ maxBatchSize: 300, adopted: true });
  expect(state).not.toHaveProperty("signatureKey");
  expect((await getCallback(run.ens, callbackId)).maxBatchSize).toBe(300);
  const rotations = (await simulator.admin.journal()).filter(({ path }) => path.includes("regenerate"));
  expect(rotations).toEqual([]);
});

test.each([
  ["callback", callback],
  ["subscription", subscription],
] as const)("the import of a %s that does not exist says so", async (noun, kind: Kind) => {
  const missing = `${noun} ${NOBODY} does not exist in this business unit. Use the id of an existing ${noun}.`;
  await expect(importObject(kind, run, NOBODY)).rejects.toThrow(missing);
});

test.each([
  ["callback", callback, "callbackId"],
  ["subscription", subscription, "subscriptionId"],
] as const)("a resource that only reads a %s keeps nobody from deleting it", async (_noun, kind, identity) => {
  const made = await setUp();
  const { inputs, props } = await importObject(kind, runOf(simulator), made[identity]);
  const id = made[identity];
  const driven = lifecycleOf(kind, run);
  // For a resource with the option `id`, the engine passes only the inputs.
  await driven.read({ id, state: inputs });
  if (kind === callback)
    await lifecycleOf(subscription, runOf(simulator)).remove({ id: made.subscriptionId, state: made });
  await driven.remove({ id, state: props });
  const { callbacks, subscriptions } = await simulator.admin.state();
  const left = [
    ...callbacks.map(({ callbackId }) => callbackId),
    ...subscriptions.map(({ subscriptionId }) => subscriptionId),
  ];
  expect(left).not.toContain(id);
});

test("an auth scheme cannot be imported, and the error says what to do instead", async () => {
  const id = await simulator.admin.add("authentications", {
    authUrl: "https://login.example.org",
    clientId: "a",
    clientSecret: "b",
  });
  await expect(importObject(authScheme, run, id)).rejects.toThrow(/never returns credentials\. Create a new scheme/);
});

test("a diff contains each property that is added, changed or removed, and which of them replaces", async () => {
  const before = {
    url,
    callbackName: "orders",
    maxBatchSize: 500,
    authId: "x",
    signatureKeyVersion: 1,
    verifiedAt: "then",
    signatureKey: "k",
  };
  const { values } = checked(callback, { url, callbackName: "orders", maxBatchSize: 300, onDelete: "retain" });
  expect(differenceOf(callback, before, values).details).toEqual([
    { property: "maxBatchSize", how: "changed", replaces: false },
    { property: "authId", how: "removed", replaces: false },
    { property: "onDelete", how: "added", replaces: false },
  ]);
  const moved = checked(callback, { url: `${url}/2`, callbackName: "orders", maxBatchSize: 500, authId: "x" });
  expect(differenceOf(callback, before, moved.values).details).toEqual([
    { property: "url", how: "changed", replaces: true },
  ]);
});

test("a property that is missing in a state of an older version is no change if it has the default", () => {
  const { maxBatchSize: _, ...before } = checked(callback, { url, callbackName: "orders" }).values;
  const after = (maxBatchSize?: number) =>
    differenceOf(callback, before, checked(callback, { url, callbackName: "orders", maxBatchSize }).values).details;
  expect([after(), after(1000)]).toEqual([[], []]);
  expect(after(300)).toEqual([{ property: "maxBatchSize", how: "added", replaces: false }]);
});

test("a run that is canceled ends its wait, keeps what is half made, and changes nothing more", async () => {
  receiver.verifies = false;
  const clock = sharedClock(simulator, (slept) => slept > 3000 && waiting.cancel());
  const waiting = runOf(simulator, clock, [], { objects: new Objects() });
  const failure = await lifecycleOf(callback, waiting)
    .up({ url, callbackName: "orders" })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({
    name: "InitializationFailed",
    message: expect.stringContaining("the run was canceled, so ENS was not changed any further"),
    state: expect.objectContaining({ signatureKey: expect.any(String), pendingName: expect.any(String) }),
  });
  const { callbacks } = await simulator.admin.state();
  expect(callbacks).toHaveLength(1);
});
