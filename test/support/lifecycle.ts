import type { Simulator } from "pulumi-ens-simulator";
import type { Clock } from "../../provider/src/ens/clock";
import type { Kind, Values } from "../../provider/src/kinds/kind";
import { diff } from "../../provider/src/lifecycle/diff";
import { check, resolveInputs } from "../../provider/src/lifecycle/inputs";
import { create, read, update } from "../../provider/src/lifecycle/operations";
import { remove } from "../../provider/src/lifecycle/remove";
import { formatOwner } from "../../provider/src/resources/frozen";
import { Objects } from "../../provider/src/run/objects";
import { Run, type RunOptions } from "../../provider/src/run/run";

/** An object in a state file. */
export interface Stored {
  readonly id: string;
  readonly state: Values;
}
export interface Done extends Stored {
  readonly did: "create" | "nothing" | "update" | "replace";
}

/** Returns a clock on which waits take no time. A sleep only moves the clock forward. */
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

/**
 * Returns a clock that a client shares with a simulator whose clock is frozen. A sleep of the client moves both clocks.
 */
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

const opened: Run[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((run) => run.close()));
});

/** Closes the run after the test, if the test does not. */
export function closedAfterTest(run: Run): Run {
  opened.push(run);
  return run;
}

/** Creates a run against the simulator. Without a clock, the run waits in real time. `said` collects the warnings. */
export function runOf(
  simulator: Pick<Simulator, "restUrl" | "authUrl">,
  clock?: Clock,
  said: string[] = [],
  more: { readonly activationWait?: number } & RunOptions = {},
): Run {
  const { restUrl, authUrl } = simulator;
  const { activationWait, ...options } = more;
  const settings = { restUrl, authUrl, clientId: "sim-client", clientSecret: "sim-secret" };
  const warn = (line: string) => void said.push(line);
  const wait = activationWait === undefined ? {} : { activationWait };
  return closedAfterTest(
    new Run({ ...settings, ...wait }, { warn, ...options, ...(clock === undefined ? {} : { clock }) }),
  );
}

/** The owner of a resource with this name, as its constructor writes it. */
export const ownerOf = (name: string) => formatOwner(["shop", "dev", "", name]);

/** Checks a program as in the first run of a stack. Returns the inputs and the resolved values. */
export function checked(kind: unknown, program: Values) {
  const driven = kind as Kind;
  return { ...check(driven, new Objects(), {}, program), values: resolveInputs(driven, program).values };
}

/** Compares an object with inputs, for a run without other objects. */
export function differenceOf(kind: unknown, state: Values, inputs: Values, accountId?: string) {
  return diff(kind as Kind, { objects: new Objects(), accountId }, "id", state, inputs);
}

/** Runs one kind in the order of the engine's calls. Each result includes the decision. */
export function lifecycleOf(kind: unknown, run: Run) {
  const driven = kind as Kind;
  const known = () => ({ objects: run.objects, accountId: run.knownAccountId });
  return {
    async up(program: Values, before?: Stored): Promise<Done> {
      const { inputs, failures } = check(driven, run.objects, before === undefined ? {} : before.state, program);
      if (failures.length > 0)
        throw new Error(failures.map(({ property, reason }) => `${property} ${reason}`).join("\n"));
      const made = async (did: "create" | "replace"): Promise<Done> => {
        const { id, outs } = await create(driven, run, inputs);
        return { did, id, state: outs };
      };
      if (before === undefined) return made("create");
      const { id, state } = before;
      const decided = diff(driven, known(), id, state, inputs);
      if (!decided.changes) return { did: "nothing", id, state };
      if (decided.replaces.length === 0) {
        return { did: "update", id, state: await update(driven, run, id, inputs, state) };
      }
      const removeOld = () => remove(driven, run, id, state);
      if (decided.deleteBeforeReplace) await removeOld();
      const replacement = await made("replace");
      if (!decided.deleteBeforeReplace) await removeOld();
      return replacement;
    },
    read: ({ id, state }: Stored) => read(driven, run, id, state),
    remove: ({ id, state }: Stored) => remove(driven, run, id, state),
  };
}
