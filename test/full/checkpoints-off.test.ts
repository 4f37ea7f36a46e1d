import { Random, type State } from "pulumi-ens-simulator";
import { bigUnit, changedUnit, countChanges, programOf, type Unit, unitIn } from "../support/big-unit";
import { createStack, type Stack } from "../support/engine";
import { type Interposer, startInterposer, type Way } from "../support/interposer";
import { type Services, startServices } from "../support/world";

// Runs without checkpoints write the state when they end. So a run that is killed leaves nothing of what it has done in the
// state, and the next one finds it in ENS. Here runs of a stack of 200 objects are killed at a change with a random number,
// while that is on its way to ENS or its answer on the way back: the whole run, as by a lost machine, or its CLI alone,
// after which the provider process lives on. Whatever was killed, the next run does all that is asked, or names the one
// word with which the run after it does.
//
// FAULT_SEED=<seed> FAULT_RUNS=1 lives a life again that a failure names; FAULT_RUNS=20 lives twenty of them.

const SEED = Number(process.env.FAULT_SEED ?? 1);
const RUNS = Number(process.env.FAULT_RUNS ?? 1);
const SEEDS = Array.from({ length: RUNS }, (_, at) => SEED + at);
/** How often the CLI alone is killed. */
const ALONE = 0.3;
/** How often the run with the word is killed, too. */
const AGAIN = 0.3;

let services: Services;
let interposer: Interposer;
let stack: Stack;
let strangers: State;
beforeEach(async () => {
  services = await startServices({ faults: { rate: 0 } });
  interposer = await startInterposer(services.simulator.restUrl);
  const addresses = { restUrl: interposer.url, authUrl: services.simulator.authUrl };
  stack = await createStack(addresses, { PULUMI_SKIP_CHECKPOINTS: "true" });
  strangers = await addStrangers();
});
afterEach(async () => {
  stack?.close();
  await interposer?.close();
  await services?.close();
});

/** Objects that look as if this program had made them. */
async function addStrangers(): Promise<State> {
  const { admin } = services.simulator;
  const url = "https://hooks.example.org/theirs";
  const callbackId = await admin.add("callbacks", { callbackName: "c0-1a2b3c4", url, status: "verified" });
  const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
  await admin.add("subscriptions", { subscriptionName: "s0-1a2b3c4", callbackId, eventCategoryTypes });
  return admin.state();
}

/** What is there besides the strangers' objects, which are as they were. */
async function live(): Promise<State> {
  const { callbacks, subscriptions, authentications } = await services.simulator.admin.state();
  expect({ callbacks, subscriptions }).toMatchObject({
    callbacks: expect.arrayContaining(strangers.callbacks),
    subscriptions: expect.arrayContaining(strangers.subscriptions),
  });
  return {
    callbacks: callbacks.filter(({ callbackId }) => callbackId !== strangers.callbacks[0]?.callbackId),
    subscriptions: subscriptions.filter(
      ({ subscriptionId }) => subscriptionId !== strangers.subscriptions[0]?.subscriptionId,
    ),
    authentications,
  };
}

/** Kills a run, unless it ends before it has sent so many changes, and frees the stack; whether it was killed. */
async function killed(random: Random, changes: number, run: () => Promise<{ code: number | null }>): Promise<boolean> {
  const number = 1 + Math.floor(random.fraction("kill") * changes);
  const caught = interposer.holdChange(number, random.one<Way>("kill", ["to ENS", "back"]));
  const ended = run();
  await Promise.race([caught, ended]);
  if (random.fraction("kill") < ALONE) stack.killCli();
  else stack.kill();
  const { code } = await ended;
  if (code === null) await stack.ok("cancel", "--yes", "--stack", "dev");
  return code === null;
}

/** Runs until all that is asked is done: once, or once more with the word, which may be killed as well. */
async function settle(random: Random, unit: Unit): Promise<void> {
  const refresh = random.one("refresh", ["--refresh", "--refresh=false"]);
  const before = await live();
  const next = await stack.pulumi("up", refresh);
  if (next.code === 0) return;
  expect(next.output.match(/Options:/g)).toHaveLength(1);
  expect(next.output).toContain("run 'ENS_RECOVER=take-over pulumi up' once.");
  const takeOver = () =>
    stack.shell(`exec pulumi up ${refresh} --yes --skip-preview --stack dev --color never`, {
      ENS_RECOVER: "take-over",
    });
  const again = random.fraction("kill") < AGAIN && (await killed(random, 2 * unit.callbacks.length, takeOver));

  const { callbacks } = await live();
  const keys = new Map(callbacks.map(({ callbackId, signatureKey }) => [callbackId, signatureKey]));
  const { code, output, errors } = await takeOver();
  expect({ code, errors, output, again }).toMatchObject({ code: 0, errors: "" });
  const after = await live();
  const named = (pattern: RegExp) => [...new Set([...output.matchAll(pattern)].map(([, id]) => id))].sort();
  const rekeyed = after.callbacks.filter(
    ({ callbackId, signatureKey }) => keys.has(callbackId) && keys.get(callbackId) !== signatureKey,
  );
  expect(named(/callback (\S+) \(\S+\) is taken over and gets a new signature key/g)).toEqual(
    rekeyed.map(({ callbackId }) => callbackId).sort(),
  );
  expect(Number(/one of (\d+) callbacks/.exec(next.output)?.[1] ?? 1)).toBeGreaterThanOrEqual(rekeyed.length);
  // Those that deliver go on delivering, and hundreds of them say nothing.
  const ids = after.subscriptions.map(({ subscriptionId }) => subscriptionId);
  expect(ids).toEqual(expect.arrayContaining(wantedOf(before, unit)));
  expect(named(/subscription (\S+) \(\S+\) of this resource already exists/g).length).toBeLessThanOrEqual(
    unit.callbacks.length,
  );
}

/** Ids of the subscriptions that are there and that the program asks for at the same callback. */
function wantedOf({ callbacks, subscriptions }: State, unit: Unit): string[] {
  const wanted = new Set(
    unit.callbacks.flatMap(({ url, subscriptions: all }) => all.map(({ name }) => `${name} ${url}`)),
  );
  const urls = new Map(callbacks.map(({ callbackId, url }) => [callbackId, url]));
  return subscriptions
    .filter(({ subscriptionName, callbackId }) =>
      wanted.has(`${subscriptionName.slice(0, -8)} ${urls.get(callbackId)}`),
    )
    .map(({ subscriptionId }) => subscriptionId);
}

/** All that the program asks for is there once, and nothing else is, but for schemes that nothing uses. */
async function expectSettled(unit: Unit): Promise<State> {
  await stack.ok("preview", "--expect-no-changes");
  const state = await live();
  expect(unitIn(state)).toEqual(unit);
  const { output } = await stack.ok("stack", "output", "made", "--json", "--show-secrets", "--stack", "dev");
  const inOrder = (all: { callbackId: string; signatureKey: string }[]) =>
    all.map(({ callbackId, signatureKey }) => `${callbackId} ${signatureKey}`).sort();
  expect(inOrder(JSON.parse(output) as State["callbacks"])).toEqual(inOrder(state.callbacks));
  const [used, ...others] = new Set(state.callbacks.map(({ status, authId }) => `${status} ${authId}`));
  expect([used, others]).toEqual([expect.stringMatching(/^verified /), []]);
  expect(state.authentications.map(({ authId }) => `verified ${authId}`)).toContain(used);
  return state;
}

test.each(SEEDS)("what killed runs leave is lost or doubled nowhere, seed %d", async (seed) => {
  const random = new Random(seed);
  const first = bigUnit();
  stack.program(programOf(first));
  expect(await killed(random, countChanges(undefined, first), () => stack.pulumi("up"))).toBe(true);
  await settle(random, first);
  const made = await expectSettled(first);
  // ENS cannot list schemes, so that nothing finds the one that the killed run may have made.
  const schemes = made.authentications.length;
  expect(schemes).toBeLessThanOrEqual(2);

  const second = changedUnit(first, random);
  stack.program(programOf(second));
  expect(await killed(random, countChanges(first, second), () => stack.pulumi("up"))).toBe(true);
  await settle(random, second);
  const changed = await expectSettled(second);
  expect(changed.authentications).toEqual(made.authentications);
  // What stayed where it was has its key still.
  const keys = new Map(made.callbacks.map(({ url, signatureKey }) => [url, signatureKey]));
  for (const { url, signatureKey } of changed.callbacks) expect(signatureKey).toBe(keys.get(url) ?? signatureKey);

  expect(await killed(random, countChanges(second, undefined), () => stack.pulumi("destroy"))).toBe(true);
  await stack.ok("destroy");
  const left = await live();
  expect(left).toMatchObject({ callbacks: [], subscriptions: [] });
  expect(left.authentications).toHaveLength(schemes - 1);
});

test("a run that is asked to end writes the state all the same", async () => {
  stack.program(programOf(bigUnit()));
  const { receiver } = services;
  receiver.beforeProbeAnswer = async () => {
    receiver.beforeProbeAnswer = async () => undefined; // a second signal would end it at once
    stack.killCli("SIGTERM");
  };
  expect((await stack.pulumi("up")).code).toBe(1);
  const { callbacks, subscriptions, authentications } = await live();
  const ids = [...callbacks.map((each) => each.callbackId), ...authentications.map((each) => each.authId)];
  expect(callbacks).not.toEqual([]);
  expect(subscriptions).toEqual([]);
  expect((await stack.stored()).resources.map(({ id }) => id).sort()).toEqual(ids.sort());
  await stack.ok("up");
  await expectSettled(bigUnit());
});
