import type { Service } from "./api/service";
import { Tokens } from "./api/token";
import { Clock } from "./clock";
import { Outbound } from "./customer/outbound";
import { type Chance, Faults } from "./http/fault";
import { Journal } from "./http/journal";
import { Random } from "./random";
import { StateFile } from "./state-file";
import { Store } from "./store";
import { type Answers, defaults, turn } from "./switches";

export interface SimulatorOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Default `sim-client`. */
  readonly clientId?: string;
  /** Default `sim-secret`. */
  readonly clientSecret?: string;
  /** The business unit (MID) of a token that asks for none. Default 7000002. */
  readonly accountId?: number;
  /** Where a host of callback and authorization urls really listens: `127.0.0.1:9000`, or with `http://`, `https://`. */
  readonly connectTo?: Record<string, string>;
  readonly switches?: Answers;
  /** `real`, the default, runs; `frozen` moves only when it is advanced. */
  readonly clock?: "real" | "frozen";
  /** Faults by chance. Without a seed there is a new one each time; `Simulator.seed` tells which. */
  readonly faults?: Chance & { readonly seed?: number };
  /** A file that keeps objects, tokens, clock and switches over the end of the process, however it ends. */
  readonly state?: string;
  /** Speaks HTTPS, with a certificate of its own for these hosts. Default hosts: `127.0.0.1`, `localhost`. */
  readonly tls?: boolean | { readonly hosts: readonly string[] };
}

/** Everything that one simulator is made of. */
export interface World extends Service {
  readonly outbound: Outbound;
  readonly tokens: Tokens;
  readonly random: Random;
  readonly faults: Faults;
  readonly journal: Journal;
  /** Tokens of customers' authorization servers, by scheme. */
  readonly customerTokens: Map<string, string>;
  origin: string;
  /** No objects, journal and faults, and the switches as at the start. */
  reset(): void;
  /** Writes what changed, if there is a state file. */
  save(): void;
}

export function createWorld(options: SimulatorOptions): World {
  const file = options.state === undefined ? undefined : new StateFile(options.state);
  const before = file?.load();
  const clock = new Clock(options.clock ?? "real", before?.advancedSeconds);
  const journal = new Journal(() => clock.now());
  const switches = defaults();
  turn(switches, options.switches ?? {});
  const { seed, ...chance } = options.faults ?? { rate: 0 };
  const random = new Random(seed);
  const { clientId = "sim-client", clientSecret = "sim-secret", accountId = 7000002 } = options;
  const world: World = {
    clock,
    journal,
    switches,
    store: new Store(),
    random,
    faults: new Faults(random),
    outbound: new Outbound(options.connectTo ?? {}, journal, clock),
    tokens: new Tokens({ clientId, clientSecret, accountId }, clock),
    customerTokens: new Map(),
    origin: "",
    reset() {
      world.store.clear();
      clock.clear();
      journal.clear();
      random.restart();
      world.faults.set([]);
      world.faults.byChance(chance);
      world.customerTokens.clear();
      turn(switches, { ...defaults(), ...options.switches });
    },
    save() {
      const { store, tokens } = world;
      const { advancedSeconds } = clock;
      file?.save({ version: 1, objects: store.state, grants: tokens.grants, advancedSeconds, switches });
    },
  };
  world.faults.byChance(chance);
  if (before !== undefined) {
    world.store.restore(before.objects);
    world.tokens.restore(before.grants);
    turn(switches, { ...before.switches, ...options.switches });
  }
  return world;
}
