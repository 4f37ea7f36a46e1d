import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Fault, Random, type Simulator, startSimulator } from "pulumi-ens-simulator";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/initialization-failed";
import type { Kind, Values } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import { type Difference, diff } from "../../provider/src/lifecycle/diff";
import { check } from "../../provider/src/lifecycle/inputs";
import { create, read, update } from "../../provider/src/lifecycle/operations";
import { remove } from "../../provider/src/lifecycle/remove";
import type { Run } from "../../provider/src/run/run";
import { ownerOf, runOf, type Stored, sharedClock } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

// Random lives of a callback and two subscriptions, in which many requests meet a fault, some routes fail for a
// while, and runs are killed. Whatever goes wrong, two runs without faults repair it, so that exactly the objects of
// the program exist. At any time, a callback that is not in the state is pending, so that the next run may delete it.
// Only a run that is killed in its last step leaves a finished callback, about which a person decides. No URL is
// used twice, and the key in the state is the one in ENS.
//
// FAULT_SEED=<seed> FAULT_RUNS=1 repeats the life that a failure names.

const SEED = Number(process.env.FAULT_SEED ?? 1);
const RUNS = Number(process.env.FAULT_RUNS ?? 10);
const STEPS = 6;
/** Share of the requests that meet a fault. Retries of the client overcome most of them. */
const RATES = [0.25, 0.6] as const;
/** Routes that additionally fail in half of the runs, for all attempts of the client or for fewer. */
const ROUTES = [
  ...(["GET callbacks", "GET callbacks/", "POST callbacks", "PUT callbacks", "DELETE callbacks"] as const),
  ...(["PUT regenerate", "PUT regenerate", "POST verify"] as const),
  ...(["GET subscriptions", "POST subscriptions", "PUT subscriptions", "DELETE subscriptions"] as const),
];
const BREAKS = [
  { kind: "answer-lost" },
  { kind: "reset" },
  { kind: "truncated" },
  { kind: "html" },
  { kind: "read-lag" },
  { kind: "status", status: 429, errorcode: 50200 },
] as const;
const SUBSCRIPTIONS = ["sent", "opened"];

let receiver: Receiver;
let pull: Server;
let simulator: Simulator;
beforeAll(async () => {
  receiver = await startReceiver();
  receiver.verifies = false;
  pull = createServer(async (request, response) => {
    const { callbacks } = await simulator.admin.state();
    const found = callbacks.find(({ callbackId }) => request.url === `/${callbackId}`);
    response.end(JSON.stringify({ callbackId: found?.callbackId, verificationKey: found?.verificationKey }));
  });
  await new Promise<void>((resolve) => pull.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  await receiver.close();
  pull.closeAllConnections();
  pull.close();
});

/** The engine was killed. */
class Killed extends Error {}

/** The engine and its process of one run. Both may be killed, and then no pending operation gets into the state. */
class Engine {
  run: Run;
  dead = false;
  readonly #runs: Run[] = [];
  readonly #clock = sharedClock(simulator);

  constructor() {
    this.run = this.start();
  }

  /** `lives` is the number of changes that are sent to ENS before the engine is killed, during the last of them. */
  start(lives = Number.POSITIVE_INFINITY, takesOver = false): Run {
    let left = lives;
    this.dead = false;
    const isEngineRunning = async () => {
      if (this.dead) return false;
      left -= 1;
      this.dead = left <= 0;
      return true;
    };
    this.run = runOf(simulator, this.#clock, [], { takesOver, isEngineRunning });
    this.#runs.push(this.run);
    return this.run;
  }

  /** Returns the result of a call, unless the engine was killed. */
  async told<T>(call: Promise<T>): Promise<T> {
    const [result] = await Promise.allSettled([call]);
    if (this.dead) throw new Killed("the engine was killed");
    if (result.status === "rejected") throw result.reason;
    return result.value;
  }

  async close(): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.close()));
  }
}

/** What the engine stores of one resource: its state, and the objects that it must still delete. */
class Resource {
  stored: Stored | undefined;
  replaced: Stored[] = [];
  /** Messages of failures since the last check. */
  failures: string[] = [];
  /** Whether the engine was killed during a create. */
  missing = false;

  constructor(
    readonly kind: Kind,
    readonly engine: Engine,
  ) {}

  get run(): Run {
    return this.engine.run;
  }

  /** Ids of the objects in the state. */
  get ids(): string[] {
    return [this.stored, ...this.replaced].flatMap((each) => each?.id ?? []);
  }

  /** Returns what the engine would do, which it decides before the run. */
  decide(program: Values): { readonly inputs: Values; readonly decided: Difference | undefined } {
    const { objects, knownAccountId } = this.run;
    const { inputs, failures } = check(this.kind, objects, this.stored?.state ?? {}, program);
    expect(failures).toEqual([]);
    if (this.stored === undefined) return { inputs, decided: undefined };
    const { id, state } = this.stored;
    return { inputs, decided: diff(this.kind, { objects, accountId: knownAccountId }, id, state, inputs) };
  }

  /** Does the part of one run before the deletes, and stores the result of a failure. */
  async up(program: Values): Promise<boolean> {
    const { inputs, decided } = this.decide(program);
    if (this.stored === undefined) return this.#create(inputs);
    if (!decided?.changes) return true;
    const { id, state } = this.stored;
    if (decided.replaces.length === 0) {
      return this.#kept(() => update(this.kind, this.run, id, inputs, state).then((outs) => ({ id, outs })));
    }
    if (decided.deleteBeforeReplace) return (await this.delete()) && this.#create(inputs);
    const old = this.stored;
    if (!(await this.#create(inputs))) return false;
    this.replaced.push(old);
    return true;
  }

  async refresh(): Promise<boolean> {
    if (this.stored === undefined) return true;
    const { id, state } = this.stored;
    return this.#tried(async () => {
      const live = await this.engine.told(read(this.kind, this.run, id, state));
      this.stored = live === undefined ? undefined : { id, state: live.props };
    });
  }

  async delete(): Promise<boolean> {
    const gone = this.stored;
    if (gone === undefined) return true;
    return this.#tried(async () => {
      await this.engine.told(remove(this.kind, this.run, gone.id, gone.state));
      this.stored = undefined;
    });
  }

  /** Deletes the objects that this run or an earlier one replaced. */
  async finish(): Promise<boolean> {
    for (const old of [...this.replaced]) {
      const done = await this.#tried(() => this.engine.told(remove(this.kind, this.run, old.id, old.state)));
      if (!done) return false;
      this.replaced = this.replaced.filter((each) => each !== old);
    }
    return true;
  }

  async #create(inputs: Values): Promise<boolean> {
    const old = this.stored;
    this.missing = true;
    const done = await this.#kept(() => create(this.kind, this.run, inputs));
    this.missing = !done && this.stored === old;
    // A partially created replacement takes the place of the old object too.
    if (!done && old !== undefined && this.stored !== old) this.replaced.push(old);
    return done;
  }

  async #kept(work: () => Promise<{ readonly id: string; readonly outs: Values }>): Promise<boolean> {
    try {
      const { id, outs } = await this.engine.told(work());
      this.stored = { id, state: outs };
      return true;
    } catch (error) {
      if (error instanceof InitializationFailed) {
        this.stored = { id: error.resourceId, state: error.state as Values };
      }
      return this.#failed(error);
    }
  }

  async #tried(work: () => Promise<void>): Promise<boolean> {
    return work().then(
      () => true,
      (error: unknown) => this.#failed(error),
    );
  }

  #failed(error: unknown): false {
    if (error instanceof Killed) throw error;
    this.failures.push(String(error));
    return false;
  }
}

/** Changes a program a little, as a person would. A person does not continue before a create has succeeded. */
function changed(program: Program, random: () => number, moves: boolean): Program {
  const one = <T>(...choices: T[]) => choices[Math.floor(random() * choices.length)] as T;
  const next = structuredClone(program);
  const [sub] = [one(...next.subscriptions)];
  const url = one(...URLS);
  const changes = [
    () => Object.assign(next.callback, { maxBatchSize: one(100, 500, 1000) }),
    () => Object.assign(next.callback, { signatureKeyVersion: one(1, 2, 3) }),
    () => Object.assign(next.callback, moves ? { url } : {}),
    () => Object.assign(sub, { filters: one([], ["definitionKey=a"], ["definitionKey=b"]) }),
    () => Object.assign(sub, { status: one("active", "paused") }),
    () =>
      Object.assign(sub, { eventCategoryTypes: [one("EngagementEvents.EmailOpen", "EngagementEvents.EmailClick")] }),
  ];
  for (let count = one(1, 1, 2, 3); count > 0; count -= 1) one(...changes)();
  return next;
}

/** Two faults, one after the other or at the same time. */
function broken(random: () => number): Fault[] {
  const one = <T>(choices: readonly T[]) => choices[Math.floor(random() * choices.length)] as T;
  return [1, 2].map(() => {
    const [method = "", path] = one(ROUTES).split(" ");
    return { ...one(BREAKS), method, path: `/platform/v1/ens-${path}`, times: one([1, 5, 10]) };
  });
}

const URLS = ["https://hooks.example.org/orders", "https://hooks.example.org/sales"] as const;

interface Program {
  readonly callback: Values;
  readonly subscriptions: Values[];
}

const SEEDS = Array.from({ length: RUNS }, (_, at) => SEED + at);

test.each(SEEDS)("a life with faults, seed %d", (seed) => lives(seed, { named: seed % 4 === 0, killed: false }));

test.each(SEEDS)("a life with faults, of which runs are killed, seed %d", (seed) =>
  lives(seed, { named: false, killed: true }),
);

/** `named`: the program sets the name, so a callback is deleted with its subscriptions before its replacement is created. */
async function lives(seed: number, { named, killed }: { readonly named: boolean; readonly killed: boolean }) {
  const life = new Random(seed);
  const random = () => life.fraction("life");
  const rate = RATES[seed % RATES.length] as number;
  const connectTo = { "hooks.example.org": receiver.address };
  simulator = await startSimulator({ clock: "frozen", connectTo, faults: { seed, rate } });
  const { port } = pull.address() as AddressInfo;
  const verification = { strategy: "pull", url: `http://127.0.0.1:${port}/{callbackId}`, timeout: "1m" };
  const own = { verification, owner: ownerOf("orders"), ...(named ? { callbackName: "Orders of the shop" } : {}) };
  let program: Program = {
    callback: { url: URLS[0], maxBatchSize: 500, ...own },
    subscriptions: SUBSCRIPTIONS.map((name) => ({
      eventCategoryTypes: ["EngagementEvents.EmailOpen"],
      owner: ownerOf(name),
    })),
  };
  const engine = new Engine();
  const hooked = new Resource(callback as unknown as Kind, engine);
  const subscribed = SUBSCRIPTIONS.map(() => new Resource(subscription as unknown as Kind, engine));
  const all = [hooked, ...subscribed];
  const failures = () => all.flatMap((each) => each.failures);

  /** Dependents are created after, and deleted before, the resources that they depend on. */
  const steps = async (): Promise<boolean> => {
    if (hooked.decide(program.callback).decided?.deleteBeforeReplace) {
      for (const each of subscribed) if (!(await each.delete())) return false;
    }
    let done = await hooked.up(program.callback);
    if (hooked.stored === undefined) return false;
    const callbackId = hooked.stored.id;
    for (const [at, each] of subscribed.entries()) {
      done = (await each.up({ ...program.subscriptions[at], callbackId })) && done;
    }
    for (const each of [...subscribed, hooked]) done = (await each.finish()) && done;
    return done;
  };

  /** Runs `pulumi up` in a new process, and returns whether everything succeeded. */
  const up = async (changes?: number): Promise<boolean> => {
    // A person follows the message of the last run.
    engine.start(
      changes,
      failures().some((message) => message.includes("ENS_RECOVER=take-over")),
    );
    for (const each of all) each.failures = [];
    return steps().catch((error: unknown) => {
      if (error instanceof Killed) return false;
      throw error;
    });
  };

  /** Checks what must be true at any time. */
  const holds = async () => {
    const { callbacks, subscriptions } = await simulator.admin.state();
    expect(new Set(callbacks.map(({ url }) => url)).size).toBe(callbacks.length);
    const unknown = callbacks.filter(({ callbackId }) => !hooked.ids.includes(callbackId));
    // Only a run that is killed in its last step leaves a finished callback, which no run changes without ENS_RECOVER.
    const finished = unknown.filter(({ callbackName }) => !/^orders-[0-9a-f]{12}-pending$/.test(callbackName));
    expect({ finished: finished.length, failures: failures() }).toEqual({
      finished: killed && hooked.missing ? expect.any(Number) : 0,
      failures: failures(),
    });
    const orphans = subscriptions.filter(({ callbackId }) => callbacks.every((each) => each.callbackId !== callbackId));
    expect(orphans).toEqual([]);
    const live = callbacks.find((each) => each.callbackId === hooked.stored?.id);
    const { signatureKey } = hooked.stored?.state ?? {};
    if (live !== undefined && signatureKey !== undefined && !doubt) expect(signatureKey).toBe(live.signatureKey);
  };

  /** Whether a run was killed and no later run has succeeded. The program does not change before that. */
  let doubt = false;

  try {
    for (let step = 0; step < STEPS; step += 1) {
      await simulator.admin.faults(random() < 0.5 ? broken(random) : []);
      const done = await up(killed && random() < 0.5 ? 1 + Math.floor(random() * 12) : undefined);
      doubt = !done && (doubt || engine.dead);
      await holds();
      if (random() < 0.3) {
        engine.start();
        for (const each of [...subscribed, hooked]) await each.refresh();
      }
      if (!doubt)
        program = changed(
          program,
          random,
          all.every(({ missing }) => !missing),
        );
    }
    await simulator.admin.chance({ rate: 0 });
    await simulator.admin.faults([]);
    if (killed) await up(); // This run may fail with the message that a person follows.
    await up();
    await holds();
    const settled = await up();
    expect({ settled, failures: failures() }).toEqual({ settled: true, failures: [] });
    const { callbacks, subscriptions } = await simulator.admin.state();
    const { verification: _, signatureKeyVersion: __, owner: ___, ...wanted } = program.callback;
    const { id: callbackId, state = {} } = hooked.stored ?? {};
    const { callbackName, signatureKey } = state;
    expect(callbacks).toMatchObject([{ callbackName, ...wanted, status: "verified", callbackId, signatureKey }]);
    expect(callbackName).toMatch(named ? /^Orders of the shop$/ : /^orders-[0-9a-f]{7}$/);
    expect(subscriptions.map(({ subscriptionId }) => subscriptionId).sort()).toEqual(
      subscribed.map(({ stored }) => stored?.id).sort(),
    );
    for (const [at, { owner: ____, ...rest }] of program.subscriptions.entries()) {
      const found = subscriptions.find(({ subscriptionId }) => subscriptionId === subscribed[at]?.stored?.id);
      expect(found).toMatchObject({ ...rest, callbackId });
    }
    engine.start();
    const asked = [program.callback, ...program.subscriptions.map((each) => ({ ...each, callbackId }))];
    const decided = all.map((each, at) => each.decide(asked[at] as Values).decided?.changes);
    expect(decided).toEqual([false, false, false]);
    await simulator.admin.clearJournal();
    expect(await up()).toBe(true);
    expect(await simulator.admin.journal({ client: "rest" })).toEqual([]);
    engine.start();
    for (const each of subscribed) expect(await each.delete()).toBe(true);
    expect(await hooked.delete()).toBe(true);
    expect(await simulator.admin.state()).toMatchObject({ callbacks: [], subscriptions: [] });
  } finally {
    await engine.close();
    await simulator.close();
  }
}
