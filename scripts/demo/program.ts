import type { ChildProcess, StdioOptions } from "node:child_process";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Failed } from "./report.ts";

/** Time in which a program must end before it is killed. */
const GRACE_MS = 10_000;

/**
 * Starts a program as the leader of its own process group. Ctrl-C in a terminal then reaches only the demo, which ends the
 * programs in order, each with the processes that it started.
 */
export function start(
  command: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; stdio: StdioOptions },
) {
  return spawn(command, args, { ...options, detached: true });
}

/** Starts a server. Resolves with the first line that it prints, and collects the others. */
export function startServer(
  name: string,
  file: string,
  args: string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ child: ChildProcess; ready: string; lines: string[] }> {
  const child = start(process.execPath, [file, ...args], { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
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

/**
 * Ends a program and its processes.
 *
 * @param signal sent once. Processes that remain after ten seconds are killed.
 */
export async function stop(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const late = setTimeout(() => killGroup(child), GRACE_MS);
    await ended;
    clearTimeout(late);
  }
  killGroup(child);
}

function killGroup(child: ChildProcess) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // All processes have ended.
  }
}
