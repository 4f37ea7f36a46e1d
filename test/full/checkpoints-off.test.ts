import { Random, type State } from "pulumi-ens-simulator";
import { bigUnit, changedUnit, countChanges, programOf, type Unit, unitIn } from "../support/big-unit";
import { createStack, type Stack } from "../support/engine";
import { type Interposer, startInterposer, type Way } from "../support/interposer";
import { type Services, startServices } from "../support/world";

// Runs without checkpoints write the state when they end. So the state after a killed run contains nothing that the run
// changed, and the next run finds these objects in ENS.
// The test kills runs of a stack of 200 objects at a change with a random number, while the request is on its way to
// ENS or the response on its way back. It kills the whole run, as when a machine is lost, or only the CLI, so that the
// provider process continues. In each case, the next run does all that the program asks for, or its error names
// ENS_RECOVER, with which the following run does the rest.
//
// FAULT_SEED=<seed> FAULT_RUNS=1 repeats the sequence that a failure names. FAULT_RUNS=20 runs twenty sequences.

const SEED = Number(process.env.FAULT_SEED ?? 1);
const RUNS = Number(process.env.FAULT_RUNS ?? 1);
const SEEDS = Array.from({ length: RUNS }, (_, at) => SEED + at);
/** Share of kills that kill only the CLI. */
const ALONE = 0.3;
/** Probability that the run with ENS_RECOVER is killed, too. */
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

/** Adds objects outside the stack that look as if this program had created them. */
async function addStrangers(): Promise<State> {
  const { admin } = services.simulator;
  const url = "https://hooks.example.org/theirs";
  const callbackId = await admin.add("callbacks", { callbackName: "c0-1a2b3c4", url, status: "verified" });
  const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
  await admin.add("subscriptions", { subscriptionName: "s0-1a2b3c4", callbackId, eventCategoryTypes });
  return admin.state();
}

/** Reads all objects except those of `addStrangers`, which must not have changed. */
async function readEns(): Promise<State> {
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

/**
 * Kills a run at this change, or lets it end if it sends fewer changes, and unlocks the stack. Returns whether it was
 * killed.
 */
async function killRun(random: Random, changes: number, run: () => Promise<{ code: number | null }>): Promise<boolean> {
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

/** Runs until the program is deployed: once, or once more with ENS_RECOVER. The second run may be killed as well. */
async function runUntilDone(random: Random, unit: Unit): Promise<void> {
  const refresh = random.one("refresh", ["--refresh", "--refresh=false"]);
  const before = await readEns();
  const next = await stack.pulumi("up", refresh);
  if (next.code === 0) return;
  expect(next.output.match(/Options:/g)).toHaveLength(1);
  expect(next.output).toContain("run 'ENS_RECOVER=take-over pulumi up' once.");
  const takeOver = () =>
    stack.shell(`exec pulumi up ${refresh} --yes --skip-preview --stack dev --color never`, {
      ENS_RECOVER: "take-over",
    });
  const again = random.fraction("kill") < AGAIN && (await killRun(random, 2 * unit.callbacks.length, takeOver));

  const { callbacks } = await readEns();
  const keys = new Map(callbacks.map(({ callbackId, signatureKey }) => [callbackId, signatureKey]));
  const { code, output, errors } = await takeOver();
  expect({ code, errors, output, again }).toMatchObject({ code: 0, errors: "" });
  const after = await readEns();
  const named = (pattern: RegExp) => [...new Set([...output.matchAll(pattern)].map(([, id]) => id))].sort();
  const rekeyed = after.callbacks.filter(
    ({ callbackId, signatureKey }) => keys.has(callbackId) && keys.get(callbackId) !== signatureKey,
  );
  expect(named(/callback (\S+) \(\S+\) is taken over and gets a new signature key/g)).toEqual(
    rekeyed.map(({ callbackId }) => callbackId).sort(),
  );
  expect(Number(/one of (\d+) callbacks/.exec(next.output)?.[1] ?? 1)).toBeGreaterThanOrEqual(rekeyed.length);
  // Subscriptions that deliver events continue to do so. The output does not list hundreds of them.
  const ids = after.subscriptions.map(({ subscriptionId }) => subscriptionId);
  expect(ids).toEqual(expect.arrayContaining(wantedOf(before, unit)));
  expect(named(/subscription (\S+) \(\S+\) of this resource already exists/g).length).toBeLessThanOrEqual(
    unit.callbacks.length,
  );
}

/** Ids of the existing subscriptions that the program asks for at the same callback. */
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

/** Expects that each object of the program exists once, and nothing else except schemes that nothing uses. */
async function expectSettled(unit: Unit): Promise<State> {
  await stack.ok("preview", "--expect-no-changes");
  const state = await readEns();
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

test.each(SEEDS)("killed runs neither lose nor duplicate an object, seed %d", async (seed) => {
  const random = new Random(seed);
  const first = bigUnit();
  stack.program(programOf(first));
  expect(await killRun(random, countChanges(undefined, first), () => stack.pulumi("up"))).toBe(true);
  await runUntilDone(random, first);
  const made = await expectSettled(first);
  // ENS cannot list schemes, so no run finds a scheme that the killed run created.
  const schemes = made.authentications.length;
  expect(schemes).toBeLessThanOrEqual(2);

  const second = changedUnit(first, random);
  stack.program(programOf(second));
  expect(await killRun(random, countChanges(first, second), () => stack.pulumi("up"))).toBe(true);
  await runUntilDone(random, second);
  const changed = await expectSettled(second);
  expect(changed.authentications).toEqual(made.authentications);
  // Callbacks that did not move keep their key.
  const keys = new Map(made.callbacks.map(({ url, signatureKey }) => [url, signatureKey]));
  for (const { url, signatureKey } of changed.callbacks) expect(signatureKey).toBe(keys.get(url) ?? signatureKey);

  expect(await killRun(random, countChanges(second, undefined), () => stack.pulumi("destroy"))).toBe(true);
  await stack.ok("destroy");
  const left = await readEns();
  expect(left).toMatchObject({ callbacks: [], subscriptions: [] });
  expect(left.authentications).toHaveLength(schemes - 1);
});

test("a run that receives SIGTERM writes the state", async () => {
  stack.program(programOf(bigUnit()));
  const { receiver } = services;
  receiver.beforeProbeAnswer = async () => {
    receiver.beforeProbeAnswer = async () => undefined; // a second signal would end the run at once
    stack.killCli("SIGTERM");
  };
  expect((await stack.pulumi("up")).code).toBe(1);
  const { callbacks, subscriptions, authentications } = await readEns();
  const ids = [...callbacks.map((each) => each.callbackId), ...authentications.map((each) => each.authId)];
  expect(callbacks).not.toEqual([]);
  expect(subscriptions).toEqual([]);
  expect((await stack.stored()).resources.map(({ id }) => id).sort()).toEqual(ids.sort());
  await stack.ok("up");
  await expectSettled(bigUnit());
});
