import type { Simulator } from "pulumi-ens-simulator";
import { EnsClient } from "../../provider/src/ens/client";
import type { Clock } from "../../provider/src/ens/clock";
import type { AnyKind, Properties } from "../../provider/src/runtime/lifecycle";
import * as lifecycle from "../../provider/src/runtime/lifecycle";

/** An object as a state file knows it. */
export interface Stored {
  readonly id: string;
  readonly state: Properties;
}
export interface Done extends Stored {
  readonly did: "create" | "nothing" | "update" | "replace";
}

/** A clock on which waiting takes no time: a sleep only moves it forward. */
export function instantClock(): Clock & { slept: number } {
  const clock = {
    slept: 0,
    now: () => Date.now() + clock.slept,
    sleep: async (milliseconds: number) => {
      clock.slept += milliseconds;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  return clock;
}

/** A clock that a client shares with a simulator whose clock is frozen: what the client sleeps, ENS ages. */
export function sharedClock(
  simulator: Simulator,
  each: (slept: number) => unknown = () => {},
): Clock & { slept: number } {
  const start = Date.now();
  const clock = {
    slept: 0,
    now: () => start + clock.slept,
    sleep: async (milliseconds: number) => {
      clock.slept += milliseconds;
      await simulator.admin.clock({ advanceSeconds: milliseconds / 1000 });
      await each(clock.slept);
    },
  };
  return clock;
}

/** A client of the simulator; without a clock it waits for real. `said` gets what is to be read after the run. */
export function clientOf(
  simulator: Simulator,
  clock?: Clock,
  said: string[] = [],
  more: { readonly activationWait?: number; readonly report?: (line: string) => void } = {},
): EnsClient {
  const { restUrl, authUrl } = simulator;
  const { activationWait, report = () => {} } = more;
  const settings = { restUrl, authUrl, clientId: "sim-client", clientSecret: "sim-secret" };
  const warn = (line: string) => void said.push(line);
  const wait = activationWait === undefined ? {} : { activationWait };
  return new EnsClient({ ...settings, ...wait }, { warn, report, ...(clock === undefined ? {} : { clock }) });
}

/** One kind, driven in the order in which the engine calls it, and telling what it decided. */
export function lifecycleOf(kind: unknown, ens: EnsClient) {
  const driven = kind as AnyKind;
  return {
    async up(program: Properties, before?: Stored): Promise<Done> {
      const { inputs, failures } = lifecycle.check(driven, program);
      if (failures.length > 0)
        throw new Error(failures.map(({ property, reason }) => `${property} ${reason}`).join("\n"));
      const made = async (did: "create" | "replace"): Promise<Done> => {
        const { id, outs } = await lifecycle.create(driven, ens, inputs);
        return { did, id, state: outs };
      };
      if (before === undefined) return made("create");
      const { id, state } = before;
      const decided = lifecycle.diff(driven, state, inputs);
      if (!decided.changes) return { did: "nothing", id, state };
      if (decided.replaces.length === 0) {
        return { did: "update", id, state: await lifecycle.update(driven, ens, id, inputs, state) };
      }
      const remove = () => lifecycle.remove(driven, ens, id, state);
      if (decided.deleteBeforeReplace) await remove();
      const replacement = await made("replace");
      if (!decided.deleteBeforeReplace) await remove();
      return replacement;
    },
    read: ({ id, state }: Stored) => lifecycle.read(driven, ens, id, state),
    remove: ({ id, state }: Stored) => lifecycle.remove(driven, ens, id, state),
  };
}
