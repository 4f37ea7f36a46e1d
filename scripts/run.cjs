const { spawn } = require("node:child_process");

// The only module that starts programs, for scripts, benchmarks and tests. The module is CommonJS without packages,
// because the setup loads it under the machine's own Node.js before anything is installed, and tests load it under
// every Node.js version that they use. Small libraries (tinyexec, nano-spawn) add the caller's whole environment, do
// not end process groups, and are not installed yet during the setup.

/** Time in which a program may end by itself before it is killed. */
const GRACE_MS = 10_000;

/**
 * @typedef {object} Ran
 * @property {number | null} code
 * @property {string} output the whole output, trimmed
 * @property {string} stdout the output on stdout, not trimmed
 * @property {string} stderr
 * @property {string} why the reason of a failure, or empty when the code is 0
 */

/**
 * @typedef {object} Running
 * @property {import("node:child_process").ChildProcess} child
 * @property {() => string} printed returns the output until now
 * @property {(text: RegExp) => Promise<RegExpExecArray>} until resolves with the first match in the output, also
 *   in later output. Rejects when the program ends without a match
 * @property {() => Promise<string>} firstLine resolves with the first line of stdout, in which a server reports that
 *   it is ready. Rejects when the program ends without a line
 * @property {Promise<Ran>} ended never rejects, not even when the program does not exist
 * @property {(signal?: NodeJS.Signals) => Promise<Ran>} stop sends the signal, and kills the program ten seconds
 *   later
 */

/**
 * @typedef {object} Options
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [input] for stdin. Default: empty
 * @property {boolean} [inherit] whether the program uses the terminal. Its output is not kept then
 * @property {boolean} [group] whether the program leads its own process group, which ends with it. Ctrl-C in a
 *   terminal does not reach this group
 * @property {(line: string) => void} [onLine] called for each line of output
 */

/**
 * Starts a program that continues to run while the caller does something else.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options} [options]
 * @returns {Running}
 */
function start(command, args, { cwd, env = process.env, input, inherit = false, group = false, onLine } = {}) {
  const child = spawn(command, args, {
    cwd,
    env,
    detached: group,
    stdio: inherit ? "inherit" : [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const kept = { stdout: "", stderr: "", all: "" };
  /** @type {Set<() => void>} */
  const looks = new Set();
  for (const name of /** @type {const} */ (["stdout", "stderr"])) {
    let line = "";
    child[name]?.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
      kept[name] += chunk;
      kept.all += chunk;
      const [first = "", ...more] = chunk.split("\n");
      line += first;
      for (const next of more) {
        onLine?.(line);
        line = next;
      }
      for (const look of looks) look();
    });
    child[name]?.on("end", () => line !== "" && onLine?.(line));
  }
  child.stdin?.on("error", () => {}); // A program that reads nothing may end first.
  child.stdin?.end(input);

  /** @type {Ran | undefined} */
  let result;
  /** @type {Promise<Ran>} */
  const ended = new Promise((done) => {
    const finish = (/** @type {number | null} */ code, /** @type {string} */ why) => {
      result ??= { code, output: kept.all.trim(), stdout: kept.stdout, stderr: kept.stderr, why };
      for (const look of looks) look();
      done(result);
    };
    if (group) child.on("exit", () => killGroup(child));
    child.on("error", (error) => finish(null, `${command} did not start: ${error.message}`));
    child.on("close", (code, signal) => {
      if (code === 0) finish(code, "");
      else finish(code, code === null ? `${command} was stopped by ${signal}` : `${command} exited with code ${code}`);
    });
  });

  /** @param {RegExp} text @param {"all" | "stdout"} where @returns {Promise<RegExpExecArray>} */
  const until = (text, where = "all") =>
    new Promise((done, failed) => {
      const look = () => {
        const match = text.exec(kept[where]);
        if (match === null && result === undefined) return;
        looks.delete(look);
        if (match !== null) done(match);
        else failed(new Error(`${[command, ...args].join(" ")} ended without a match of ${text}:\n${kept.all}`));
      };
      looks.add(look);
      look();
    });
  return {
    child,
    printed: () => kept.all,
    until,
    firstLine: async () => (await until(/^(.*)\n/, "stdout"))[1] ?? "",
    ended,
    async stop(signal = "SIGTERM") {
      send(child, signal, group);
      const late = setTimeout(() => send(child, "SIGKILL", group), GRACE_MS);
      const ran = await ended;
      clearTimeout(late);
      return ran;
    },
  };
}

/**
 * Runs a program to its end and keeps its output, so that a success is quiet and the error of a failure is complete.
 * All processes that the program started end with it, also when this process is interrupted.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Options & { timeoutMs?: number, watch?: (stop: (why: string) => void) => void }} [options] `watch` is
 *   called every second and may stop the program
 * @returns {Promise<Ran>}
 */
async function run(command, args, { timeoutMs, watch, ...options } = {}) {
  const running = start(command, args, { group: true, ...options });
  let stopped = "";
  const stop = (/** @type {string} */ why) => {
    stopped ||= why;
    killGroup(running.child);
  };
  const limit = timeoutMs && setTimeout(() => stop(`no result within ${timeoutMs / 1000} s`), timeoutMs);
  const watching = watch && setInterval(() => watch(stop), 1_000);
  const interrupted = (/** @type {NodeJS.Signals} */ signal) => {
    killGroup(running.child);
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  const ran = await running.ended;
  clearTimeout(limit);
  clearInterval(watching);
  process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
  return { ...ran, why: stopped || ran.why };
}

/**
 * Runs a program to its end. Rejects with the whole output when the exit code is not 0.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 * @returns {Promise<string>} the output on stdout, trimmed
 */
async function succeed(command, args, options) {
  const { stdout, output, why } = await run(command, args, options);
  if (why !== "") throw new Error(`${[command, ...args].join(" ")} failed (${why}):\n${output}`);
  return stdout.trim();
}

/** @param {import("node:child_process").ChildProcess} child @param {NodeJS.Signals} signal @param {boolean} group */
function send(child, signal, group) {
  // A group outlives its leader, which may have left processes in it.
  if (group && signal === "SIGKILL") killGroup(child);
  else if (child.exitCode === null && child.signalCode === null) child.kill(signal);
}

/** @param {import("node:child_process").ChildProcess} child */
function killGroup({ pid }) {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All processes of the group have ended.
  }
}

/** @param {string} text @param {number} count */
function lastLines(text, count) {
  return text.split("\n").slice(-count).join("\n");
}

module.exports = { lastLines, run, start, succeed };
