import { spawn } from "node:child_process";

/** @typedef {{ code: number | null, output: string, why: string }} Ran `why` is empty when the code is 0. */

/**
 * Runs a program and keeps what it prints, so that a success is quiet and a failure can be shown whole.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, watch?: (stop: (why: string) => void) => void
 * }} [options] `watch` is called every second and may end the program.
 * @returns {Promise<Ran>}
 */
export function run(command, args, { cwd, env = process.env, timeoutMs, watch } = {}) {
  return new Promise((done) => {
    let output = "";
    let stopped = "";
    // A group of its own: an installer's children (sh, curl) must end with it.
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const end = () => {
      if (child.pid !== undefined) endGroup(child.pid);
    };
    const stop = (/** @type {string} */ why) => {
      stopped ||= why;
      end();
    };
    const limit = timeoutMs && setTimeout(() => stop(`no result within ${timeoutMs / 1000} s`), timeoutMs);
    const watching = watch && setInterval(() => watch(stop), 1_000);
    const interrupted = (/** @type {NodeJS.Signals} */ signal) => {
      end();
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
    const finish = (/** @type {number | null} */ code, /** @type {string} */ why) => {
      clearTimeout(limit);
      clearInterval(watching);
      process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
      done({ code, output: output.trim(), why });
    };
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => finish(null, `${command} did not start: ${error.message}`));
    child.on("close", (code, signal) => {
      const ended = code === null ? `${command} was ended by ${signal}` : `${command} ended with code ${code}`;
      finish(code, code === 0 && stopped === "" ? "" : stopped || ended);
    });
  });
}

/** @param {number} pid */
function endGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** @param {string} text @param {number} count */
export function lastLines(text, count) {
  return text.split("\n").slice(-count).join("\n");
}
