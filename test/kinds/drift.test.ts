import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { z } from "zod";
import { callback } from "../../provider/src/kinds/callback";
import { subscription } from "../../provider/src/kinds/subscription";
import type { Run } from "../../provider/src/run/run";
import { instantClock, lifecycleOf, runOf, type Stored } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

const url = "https://hooks.example.org/orders";
let simulator: Simulator;
let receiver: Receiver;
let ens: Run;
let callbacks: ReturnType<typeof lifecycleOf>;
let authId: string;
let program: Record<string, unknown>;

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt(simulator);
  ens = runOf(simulator);
  callbacks = lifecycleOf(callback, ens);
  authId = await scheme();
  program = { callbackName: "orders", url, authId };
});
afterEach(async () => {
  await ens.close();
  await simulator.close();
  await receiver.close();
});

const scheme = () =>
  simulator.admin.add("authentications", { authUrl: "https://login.example.org", clientId: "a", clientSecret: "b" });

/** Sends a PUT from outside the stack. */
async function changed({ id }: Stored, fields: object): Promise<void> {
  const other = runOf(simulator);
  await other.ens.put(
    "/platform/v1/ens-callbacks",
    [{ callbackId: id, callbackName: "orders", ...fields }],
    z.unknown(),
  );
  await other.close();
}

/** Reads in a new process, because a process keeps lists for ten seconds. */
async function seen(stored: Stored, kind: unknown = callback): Promise<Stored> {
  const fresh = runOf(simulator);
  const read = await lifecycleOf(kind, fresh).read(stored);
  await fresh.close();
  if (read === undefined) throw new Error("it is gone");
  return { id: stored.id, state: read.props };
}

test("a scheme that somebody detached is detected and attached again", async () => {
  const made = await callbacks.up(program);
  expect(made.state).toMatchObject({ authId, authIdShown: true });
  expect((await seen(made)).state).toEqual(made.state);
  await changed(made, { authId: null });
  const found = await seen(made);
  expect(found.state).not.toHaveProperty("authId");
  expect(await callbacks.up(program, found)).toMatchObject({ did: "update", id: made.id, state: made.state });
  expect((await simulator.admin.state()).callbacks).toMatchObject([{ authId }]);
});

test("a scheme that ENS does not show does not count as detached", async () => {
  await simulator.admin.switches({ exposeAuthId: "off" });
  const made = await callbacks.up(program);
  expect(made.state).not.toHaveProperty("authIdShown");
  expect((await seen(made)).state).toEqual(made.state);
});

test("a scheme in a state of an older version does not count as detached", async () => {
  const { id, state } = await callbacks.up(program);
  const { authIdShown: _, ...old } = state;
  await changed({ id, state }, { authId: null });
  expect((await seen({ id, state: old })).state).toEqual(old);
});

test.each([
  ["leaves out", {}],
  ["calls an empty text", { authId: "", status: "", statusReason: "" }],
  ["calls null", { maxBatchSize: null, authId: null, status: null, statusReason: null }],
])("a property that ENS %s keeps its value", async (_how, said) => {
  const state: Record<string, unknown> = { ...(await callbacks.up(program)).state, authIdShown: undefined };
  const answer = [{ callbackId: state.callbackId, callbackName: "orders", url, ...said }];
  const silent = { clock: ens.clock, ens: { list: async (_path: string, schema: z.ZodType) => schema.parse(answer) } };
  expect(await callback.read(silent as unknown as Run, String(state.callbackId), state as never)).toEqual(state);
});

test("a scheme that differs from the program is detected, even on a callback without a scheme in the program", async () => {
  const { authId: _, ...without } = program;
  const made = await callbacks.up(without);
  await changed(made, { authId });
  const found = await seen(made);
  expect(found.state).toMatchObject({ authId });
  expect(await callbacks.up(without, found)).toMatchObject({ did: "update", id: made.id });
  expect((await simulator.admin.state()).callbacks[0]).not.toHaveProperty("authId");
});

test("a URL in another spelling is the same URL", async () => {
  const made = await callbacks.up({ ...program, url: "https://hooks.example.org" });
  await simulator.admin.patch("callbacks", made.id, { url: "https://HOOKS.example.org/" });
  const found = await seen(made);
  expect(found.state).toEqual(made.state);
  await simulator.admin.patch("callbacks", made.id, { url: "https://hooks.example.org/other" });
  expect(await seen(made)).toMatchObject({ state: { url: "https://hooks.example.org/other" } });
});

test("a status in another spelling is the same status, and any other status is a difference", async () => {
  const { id: callbackId } = await callbacks.up(program);
  const subscriptions = lifecycleOf(subscription, ens);
  const wanted = { subscriptionName: "s", callbackId, eventCategoryTypes: ["EngagementEvents.EmailOpen"] };
  const made = await subscriptions.up(wanted);
  await simulator.admin.patch("subscriptions", made.id, { status: "Active" });
  expect((await seen(made, subscription)).state).toEqual(made.state);
  await simulator.admin.patch("subscriptions", made.id, { status: "Blocked" });
  const found = await seen(made, subscription);
  expect(found.state).toMatchObject({ status: "Blocked" });
  expect(await subscriptions.up(wanted, found)).toMatchObject({ did: "update", state: { status: "active" } });
});

test("a refresh that finds no callback warns that the next one has a new signature key", async () => {
  const made = await callbacks.up(program);
  await simulator.admin.remove("callbacks", made.id);
  const said: string[] = [];
  const later = runOf(simulator, instantClock(), said);
  expect(await lifecycleOf(callback, later).read(made)).toBeUndefined();
  await later.close();
  expect(said).toEqual([
    `callback ${made.id} (orders at https://hooks.example.org): ENS no longer has this callback. ` +
      "If 'pulumi up' creates the callback again, it gets a new signature key. Update its receiver then.",
  ]);
});
