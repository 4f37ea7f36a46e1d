import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Random, type Simulator, startSimulator } from "pulumi-ens-simulator";
import type { EnsClient } from "../../provider/src/ens/client";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import type { AnyKind, Properties } from "../../provider/src/runtime/lifecycle";
import * as lifecycle from "../../provider/src/runtime/lifecycle";
import { clientOf, instantClock, type Stored } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

// Random lives of a callback and two subscriptions while every fourth request meets a fault. Whatever goes wrong, two
// runs without faults settle it: what the program asks for is there, once, and nothing else is.
//
// FAULT_SEED=<seed> FAULT_RUNS=1 runs the life again that a failure names.

const SEED = Number(process.env.FAULT_SEED ?? 1);
const RUNS = Number(process.env.FAULT_RUNS ?? 25);
const STEPS = 6;
const RATE = 0.25;
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

/** What the engine keeps of one resource: what is in its state, and what it still has to delete. */
class Resource {
  stored: Stored | undefined;
  replaced: Stored[] = [];
  /** What went wrong since it was asked last. */
  failures: string[] = [];

  constructor(
    readonly kind: AnyKind,
    /** Of the run that is under way. */
    public ens: EnsClient,
  ) {}

  /** One run: the order in which the engine calls, what it keeps of a failure, and whether all of it was done. */
  async up(program: Properties): Promise<boolean> {
    const { inputs, failures } = lifecycle.check(this.kind, program);
    expect(failures).toEqual([]);
    const decided = this.stored && lifecycle.diff(this.kind, this.stored.state, inputs);
    if (this.stored === undefined) return this.#create(inputs);
    if (!decided?.changes) return this.#finish();
    const { id, state } = this.stored;
    if (decided.replaces.length === 0) {
      return this.#kept(id, () => lifecycle.update(this.kind, this.ens, id, inputs, state));
    }
    if (decided.deleteBeforeReplace) {
      if (!(await this.delete())) return false;
      return this.#create(inputs);
    }
    const old = this.stored;
    if (!(await this.#create(inputs))) return false;
    this.replaced.push(old);
    return this.#finish();
  }

  async refresh(): Promise<boolean> {
    if (this.stored === undefined) return true;
    const { id, state } = this.stored;
    return this.#tried(async () => {
      const live = await lifecycle.read(this.kind, this.ens, id, state);
      this.stored = live === undefined ? undefined : { id, state: live.props };
    });
  }

  async delete(): Promise<boolean> {
    if (!(await this.#finish())) return false;
    const gone = this.stored;
    if (gone === undefined) return true;
    return this.#tried(async () => {
      await this.kind.delete(this.ens, gone.id, gone.state as never);
      this.stored = undefined;
    });
  }

  async #finish(): Promise<boolean> {
    for (const old of [...this.replaced]) {
      const done = await this.#tried(() => this.kind.delete(this.ens, old.id, old.state as never));
      if (!done) return false;
      this.replaced = this.replaced.filter((each) => each !== old);
    }
    return true;
  }

  async #create(inputs: Properties): Promise<boolean> {
    try {
      const { id, outs } = await lifecycle.create(this.kind, this.ens, inputs);
      this.stored = { id, state: outs };
      return true;
    } catch (error) {
      if (error instanceof InitializationFailed)
        this.stored = { id: error.resourceId, state: error.state as Properties };
      return false;
    }
  }

  async #kept(id: string, work: () => Promise<Properties>): Promise<boolean> {
    try {
      this.stored = { id, state: await work() };
      return true;
    } catch (error) {
      if (error instanceof InitializationFailed) this.stored = { id, state: error.state as Properties };
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
    this.failures.push(String(error));
    return false;
  }
}

/** A program that a person might have written, changed a little. */
function changed(program: Program, random: () => number): Program {
  const one = <T>(...choices: T[]) => choices[Math.floor(random() * choices.length)] as T;
  const next = structuredClone(program);
  const [sub] = [one(...next.subscriptions)];
  const changes = [
    () => Object.assign(next.callback, { maxBatchSize: one(100, 500, 1000) }),
    () => Object.assign(next.callback, { signatureKeyVersion: one(1, 2, 3) }),
    () => Object.assign(next.callback, moved(one("orders", "sales"))),
    () => Object.assign(sub, { filters: one([], ["definitionKey=a"], ["definitionKey=b"]) }),
    () => Object.assign(sub, { status: one("active", "paused") }),
    () =>
      Object.assign(sub, { eventCategoryTypes: [one("EngagementEvents.EmailOpen", "EngagementEvents.EmailClick")] }),
  ];
  one(...changes)();
  return next;
}

/** A name made from what forces a replacement, as the program side makes it. */
const moved = (path: string) => ({
  url: `https://hooks.example.org/${path}`,
  callbackName: `orders-${path === "orders" ? "0123abc" : "4567def"}`,
});

interface Program {
  readonly callback: Properties;
  readonly subscriptions: Properties[];
}

test.each(Array.from({ length: RUNS }, (_, at) => SEED + at))("a life with faults, seed %d", async (seed) => {
  const life = new Random(seed);
  const random = () => life.fraction("life");
  simulator = await startSimulator({
    connectTo: { "hooks.example.org": receiver.address },
    faults: { seed, rate: RATE },
  });
  const clients = [clientOf(simulator, instantClock())];
  const ens = clients[0] as EnsClient;
  const { port } = pull.address() as AddressInfo;
  const verification = { strategy: "pull", url: `http://127.0.0.1:${port}/{callbackId}`, timeout: "1m" };
  let program: Program = {
    callback: { ...moved("orders"), maxBatchSize: 500, verification },
    subscriptions: SUBSCRIPTIONS.map((name) => ({ name, eventCategoryTypes: ["EngagementEvents.EmailOpen"] })),
  };
  const hooked = new Resource(callback as unknown as AnyKind, ens);
  const subscribed = SUBSCRIPTIONS.map(() => new Resource(subscription as unknown as AnyKind, ens));

  /** Each run has a process, and so a client, of its own. */
  const run = () => {
    const client = clientOf(simulator, instantClock());
    clients.push(client);
    for (const each of [hooked, ...subscribed]) each.ens = client;
  };

  /** One `pulumi up`: dependents come after, and before what they depend on goes. */
  const up = async (): Promise<boolean> => {
    run();
    const before = hooked.stored;
    if (before !== undefined) {
      const { inputs } = lifecycle.check(hooked.kind, program.callback);
      const { deleteBeforeReplace } = lifecycle.diff(hooked.kind, before.state, inputs);
      if (deleteBeforeReplace) for (const each of subscribed) if (!(await each.delete())) return false;
    }
    const pending = hooked.replaced;
    hooked.replaced = []; // what is replaced goes last
    const made = await hooked.up(program.callback).catch(() => false);
    const late = [...pending, ...hooked.replaced];
    hooked.replaced = late;
    if (hooked.stored === undefined) return false;
    const callbackId = hooked.stored.id;
    let all = made;
    for (const [at, each] of subscribed.entries()) {
      const { name, ...rest } = program.subscriptions[at] as Properties;
      const subscriptionName = `${name}-${callbackId.slice(0, 7)}`;
      all = (await each.up({ ...rest, subscriptionName, callbackId })) && all;
    }
    return all && (await hooked.up(program.callback));
  };

  try {
    for (let step = 0; step < STEPS; step += 1) {
      await up();
      if (random() < 0.3) for (const each of [...subscribed, hooked]) await each.refresh();
      program = changed(program, random);
      const { callbacks } = await simulator.admin.state();
      expect(new Set(callbacks.map(({ url }) => url)).size).toBe(callbacks.length);
    }
    await simulator.admin.chance({ rate: 0 });
    await up();
    for (const each of [hooked, ...subscribed]) each.failures = [];
    const settled = await up();
    expect({ settled, failures: [hooked, ...subscribed].flatMap(({ failures }) => failures) }).toEqual({
      settled: true,
      failures: [],
    });
    const { callbacks, subscriptions } = await simulator.admin.state();
    const { verification: _, signatureKeyVersion: __, ...wanted } = program.callback;
    expect(callbacks).toMatchObject([{ ...wanted, status: "verified", callbackId: hooked.stored?.id }]);
    expect(hooked.stored?.state.signatureKey).toBe(callbacks[0]?.signatureKey);
    expect(subscriptions.map(({ subscriptionId }) => subscriptionId).sort()).toEqual(
      subscribed.map(({ stored }) => stored?.id).sort(),
    );
    for (const [at, { name: ___, ...rest }] of program.subscriptions.entries()) {
      const found = subscriptions.find(({ subscriptionId }) => subscriptionId === subscribed[at]?.stored?.id);
      expect(found).toMatchObject(rest);
    }
    run();
    for (const each of subscribed) expect(await each.delete()).toBe(true);
    expect(await hooked.delete()).toBe(true);
    expect(await simulator.admin.state()).toMatchObject({ callbacks: [], subscriptions: [] });
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await simulator.close();
  }
});
