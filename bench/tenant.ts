import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const PROCESS = join(import.meta.dirname, "tenant/process.ts");

export interface Urls {
  restUrl: string;
  authUrl: string;
  adapterUrl: string;
}
/** The requests since the last `begin`, without those of the receiver. */
export interface Counts {
  calls: number;
  tokens: number;
}
export interface Objects {
  callbacks: number;
  subscriptions: number;
  schemes: number;
  changed: number;
}

/**
 * Starts the tenant for the contestants: a simulated ENS with latency, a receiver that verifies callbacks, and the
 * adapter for OpenTofu. The tenant runs in a separate process, so that its work is not counted as CPU time of a
 * contestant.
 *
 * @param latency milliseconds
 */
export async function startTenant(latency: number) {
  const child = fork(PROCESS, [String(latency)]);
  const ended = once(child, "exit").then(([code]) =>
    Promise.reject(new Error(`the simulator exited with code ${code}`)),
  );
  ended.catch(() => {});
  const ask = async (what: string) => {
    child.send(what);
    const [answer] = await Promise.race([once(child, "message"), ended]);
    if (answer.failed !== undefined) throw new Error(answer.failed);
    return answer;
  };
  return {
    urls: (await ask("urls")) as Urls,
    /** Deletes all objects. */
    empty: (): Promise<void> => ask("empty"),
    /** Starts to count requests. */
    begin: (): Promise<void> => ask("begin"),
    counts: (): Promise<Counts> => ask("counts"),
    /** Returns the stored objects. */
    objects: (): Promise<Objects> => ask("objects"),
    close: () => child.disconnect(),
  };
}

export type Tenant = Awaited<ReturnType<typeof startTenant>>;
