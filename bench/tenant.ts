import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const PROCESS = join(import.meta.dirname, "tenant/process.ts");

export interface Urls {
  restUrl: string;
  authUrl: string;
  adapterUrl: string;
}
/** what was asked since the last `begin`, without the receiver's */
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
 * What the contestants work on: a simulated ENS behind a latency, a receiver that verifies, and the adapter for
 * OpenTofu. It is a process of its own, so that its work is in nobody's CPU time.
 *
 * @param latency milliseconds
 */
export async function startTenant(latency: number) {
  const child = fork(PROCESS, [String(latency)]);
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`the simulator ended with ${code}`)));
  ended.catch(() => {});
  const ask = async (what: string) => {
    child.send(what);
    const [answer] = await Promise.race([once(child, "message"), ended]);
    if (answer.failed !== undefined) throw new Error(answer.failed);
    return answer;
  };
  return {
    urls: (await ask("urls")) as Urls,
    /** Forgets all objects. */
    empty: (): Promise<void> => ask("empty"),
    /** Counts from here on. */
    begin: (): Promise<void> => ask("begin"),
    counts: (): Promise<Counts> => ask("counts"),
    /** What is stored. */
    objects: (): Promise<Objects> => ask("objects"),
    close: () => child.disconnect(),
  };
}

export type Tenant = Awaited<ReturnType<typeof startTenant>>;
