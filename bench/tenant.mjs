import { fork } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PROCESS = join(dirname(fileURLToPath(import.meta.url)), "tenant/process.mjs");

/** @typedef {{ restUrl: string, authUrl: string, adapterUrl: string }} Urls */
/** @typedef {{ calls: number, tokens: number }} Counts what was asked since the last `begin`, without the receiver's */
/** @typedef {{ callbacks: number, subscriptions: number, schemes: number, changed: number }} Objects */

/**
 * What the contestants work on: a simulated ENS behind a latency, a receiver that verifies, and the adapter for
 * OpenTofu. It is a process of its own, so that its work is in nobody's CPU time.
 *
 * @param {number} latency milliseconds
 */
export async function startTenant(latency) {
  const child = fork(PROCESS, [String(latency)]);
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`the simulator ended with ${code}`)));
  ended.catch(() => {});
  const ask = async (/** @type {string} */ what) => {
    child.send(what);
    const [answer] = await Promise.race([once(child, "message"), ended]);
    if (answer.failed !== undefined) throw new Error(answer.failed);
    return answer;
  };
  return {
    urls: /** @type {Urls} */ (await ask("urls")),
    /** Forgets all objects. @returns {Promise<void>} */
    empty: () => ask("empty"),
    /** Counts from here on. @returns {Promise<void>} */
    begin: () => ask("begin"),
    /** @returns {Promise<Counts>} */
    counts: () => ask("counts"),
    /** What is stored. @returns {Promise<Objects>} */
    objects: () => ask("objects"),
    close: () => child.disconnect(),
  };
}

/** @typedef {Awaited<ReturnType<typeof startTenant>>} Tenant */
