import { EventEmitter } from "node:events";
import { History } from "./api/history";
import { type Package, Packages } from "./api/packages";
import type { Service } from "./api/service";
import { Tokens } from "./api/token";
import { Clock } from "./clock";
import { CustomerTokens } from "./customer/customer-tokens";
import { Outbound } from "./customer/outbound";
import { Deliveries } from "./events/deliveries";
import { checkedLag, Effect, type Lag } from "./events/effect";
import { type Chance, Faults } from "./http/fault";
import { Journal } from "./http/journal";
import { RateLimit } from "./http/rate-limit";
import { Random } from "./random";
import { StateFile } from "./state-file";
import { Store } from "./store";
import { type Answers, defaults, setSwitches } from "./switches";

export interface SimulatorOptions {
  /** Default: 0, which chooses a free port. */
  readonly port?: number;
  /** Default `sim-client`. */
  readonly clientId?: string;
  /** Default `sim-secret`. */
  readonly clientSecret?: string;
  /** The business unit (MID) of tokens that request no other. Default 7000002. */
  readonly accountId?: number;
  /** Additional installed packages, with their tenants, business units and permissions. */
  readonly packages?: readonly Package[];
  /** Addresses by host: requests for the host of a URL go to `127.0.0.1:9000`, optionally with `http://` or `https://`. */
  readonly connectTo?: Record<string, string>;
  /** An additional authority in PEM to trust when calling receivers and authorization servers. */
  readonly customerCa?: string;
  readonly switches?: Answers;
  /** A `real` clock (the default) runs. A `frozen` clock moves only when it is advanced. */
  readonly clock?: "real" | "frozen";
  /**
   * Seconds until deliveries reflect a change. Default 0. ENS documents up to 120 s for callbacks and subscriptions and a
   * few minutes for auth schemes.
   */
  readonly lag?: Lag;
  /** Random faults. Without a seed, each start chooses a new one, which is `Simulator.seed`. */
  readonly faults?: Chance & { readonly seed?: number };
  /** A file that keeps objects, tokens, clock and switches, even if the process is killed. */
  readonly state?: string;
  /** Serves HTTPS with a new certificate for `127.0.0.1`, `localhost` and these hosts. */
  readonly tls?: boolean | { readonly hosts: readonly string[] };
  /** Receives one line for each verification request that fails. Default: the lines are dropped. */
  readonly log?: (line: string) => void;
}

/** All parts of a simulator. */
export interface World extends Service {
  readonly outbound: Outbound;
  readonly tokens: Tokens;
  readonly packages: Packages;
  readonly random: Random;
  readonly history: History;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly rateLimit: RateLimit;
  readonly deliveries: Deliveries;
  origin: string;
  /** Additional hosts under which the simulator is reachable. */
  readonly hosts: readonly string[];
  /** Emits `change` when visible data changed. */
  readonly changes: EventEmitter<{ change: [] }>;
  /** Deletes all objects, the journal and the faults, and restores the settings of the start. */
  reset(): void;
  /** Must be called after each request that may have changed something. */
  changed(): void;
  /** Writes changes to the state file, if there is one. */
  save(): void;
}

export function createWorld(options: SimulatorOptions): World {
  const file = options.state === undefined ? undefined : new StateFile(options.state);
  const before = file?.load();
  const changes: World["changes"] = new EventEmitter();
  const onChange = () => void changes.emit("change");
  const clock = new Clock(options.clock ?? "real", before?.advancedSeconds);
  const journal = new Journal(() => clock.now(), onChange);
  const switches = defaults();
  setSwitches(switches, options.switches ?? {});
  const { seed, ...chance } = options.faults ?? { rate: 0 };
  const random = new Random(seed);
  const { clientId = "sim-client", clientSecret = "sim-secret", accountId = 7000002 } = options;
  const first = { clientId, clientSecret, owner: accountId };
  const packages = new Packages([first, ...(options.packages ?? [])], clock);
  const store = new Store(packages.visibility(switches));
  const outbound = new Outbound(options.connectTo ?? {}, options.customerCa, journal, clock);
  const customerTokens = new CustomerTokens(outbound, clock, switches);
  const faults = new Faults(random);
  const log = options.log ?? (() => {});
  const service = { store, switches, clock, outbound, faults, random, log };
  const history = new History(store, clock);
  const lag = checkedLag(options.lag ?? {});
  const effect = () => new Effect(store, history, lag);
  const home = { mid: accountId, tenantOf: (mid: number) => packages.tenantOf(mid) };
  const world: World = {
    clock,
    journal,
    switches,
    store,
    history,
    random,
    faults,
    rateLimit: new RateLimit(),
    outbound,
    log,
    deliveries: new Deliveries(service, customerTokens, effect, home, onChange),
    tokens: new Tokens(packages, switches, clock, random),
    packages,
    origin: "",
    hosts: typeof options.tls === "object" ? options.tls.hosts : [],
    changes,
    reset() {
      world.store.clear();
      world.deliveries.clear();
      history.clear();
      clock.clear();
      journal.clear();
      random.restart();
      packages.reset();
      world.faults.set([]);
      world.rateLimit.clear();
      world.faults.setChance(chance);
      customerTokens.clear();
      setSwitches(switches, { ...defaults(), ...options.switches });
    },
    changed() {
      history.changed();
      world.save();
      onChange();
    },
    save() {
      const { tokens } = world;
      const { advancedSeconds } = clock;
      const drawn = { seed: random.seed, counts: random.counts };
      file?.save({ version: 1, objects: store.state, grants: tokens.grants, advancedSeconds, switches, drawn });
    },
  };
  world.faults.setChance(chance);
  if (before !== undefined) {
    world.store.restore(before.objects);
    history.changed(0);
    world.tokens.restore(before.grants);
    if (before.drawn.seed === random.seed) random.restart(before.drawn.counts);
    setSwitches(switches, { ...before.switches, ...options.switches });
  }
  return world;
}
