import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Failed } from "./report.mjs";

/** Time in which a program must end before it is killed. */
const GRACE_MS = 10_000;

/** @typedef {import("node:child_process").ChildProcess} ChildProcess */

/**
 * Starts a program as the leader of its own process group. Ctrl-C in a terminal then reaches only the demo, which ends the
 * programs in order, each with the processes that it started.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, stdio: import("node:child_process").StdioOptions }} options
 */
export function start(command, args, options) {
  return spawn(command, args, { ...options, detached: true });
}

/**
 * Starts a server. Resolves with the first line that it prints, and collects the others.
 *
 * @param {string} name
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ child: ChildProcess, ready: string, lines: string[] }>}
 */
export function startServer(name, file, args, options) {
  const child = start(process.execPath, [file, ...args], { ...options, stdio: ["ignore", "pipe", "pipe"] });
  /** @type {string[]} */
  const lines = [];
  let isReady = false;
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        if (stream === child.stdout && !isReady) {
          isReady = true;
          resolve({ child, ready: line, lines });
        }
        lines.push(line);
      });
    }
    child.once("error", (error) => reject(new Failed(`${name} did not start: ${error.message}`)));
    child.once("close", (code) => reject(new Failed(`${name} ended with exit code ${code}:\n${lines.join("\n")}`)));
  });
}

/** Ends a program and its processes. @param {ChildProcess} child @param {NodeJS.Signals} signal sent once. Processes that remain after ten seconds are killed. */
export async function stop(child, signal) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const late = setTimeout(() => killGroup(child), GRACE_MS);
    await ended;
    clearTimeout(late);
  }
  killGroup(child);
}

/** @param {ChildProcess} child */
function killGroup(child) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // All processes have ended.
  }
}
