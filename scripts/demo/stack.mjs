import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { start, stop } from "./program.mjs";
import { Failed, say } from "./report.mjs";
import { ROOT, withoutSettings } from "./world.mjs";

/** @typedef {import("./world.mjs").World} World */

/** Commands of the CLI, as in the README. Options that only the demo needs are added below. */
export const COMMANDS = {
  init: ["stack", "init", "dev"],
  up: ["up"],
  drift: ["preview", "--diff", "--expect-no-changes"],
  repair: ["up"],
  noDrift: ["preview", "--expect-no-changes"],
  keys: ["stack", "output", "signatureKeys", "--json", "--show-secrets"],
  destroy: ["destroy"],
};

/** @typedef {{ op: string, name: string }} Step */

/**
 * Runs the CLI with visible output. Resolves with the steps that it planned or took for ENS resources.
 *
 * @param {World} world
 * @param {string[]} command
 * @param {number} expected exit code
 * @returns {Promise<Step[]>}
 */
export async function pulumi(world, command, expected = 0) {
  const yes = command[0] === "up" || command[0] === "destroy" ? ["--yes", "--skip-preview"] : [];
  say(`$ pulumi ${[...command, ...yes].join(" ")}`);
  const events = join(world.folder, "events.json");
  const own =
    command[0] === "stack" ? [] : ["--config-file", world.configFile, "--stack", "dev", "--event-log", events];
  const shown = (/** @type {string} */ line) => {
    if (line.trim() !== "") say(`  ${line}`);
  };
  const code = await run(world, [...command, ...yes, ...own], shown);
  say("");
  if (code !== expected) throw new Failed(`pulumi ${command[0]} ended with exit code ${code} instead of ${expected}`);
  return own.length === 0 ? [] : stepsOf(await readFile(events, "utf8"));
}

/** Runs the CLI without showing its output, which contains secrets. @param {World} world @param {string[]} command */
export async function runHidden(world, command) {
  say(`$ pulumi ${command.join(" ")}   (output hidden: it contains secrets)`);
  /** @type {string[]} */
  const lines = [];
  const code = await run(world, [...command, "--stack", "dev"], (line) => lines.push(line));
  if (code !== 0) throw new Failed(`pulumi ${command.join(" ")} ended with exit code ${code}`);
  return lines.join("\n");
}

/**
 * @param {World} world
 * @param {string[]} args
 * @param {(line: string) => void} onLine
 * @returns {Promise<number | null>}
 */
async function run({ pulumi, env, folder, interrupted }, args, onLine) {
  interrupted.throwIfAborted();
  const child = start(pulumi, [...args, "--non-interactive", "--color", process.stdout.isTTY ? "always" : "never"], {
    // `stack init` writes into the settings file of the stack, so it runs in the folder of the copy.
    cwd: args[0] === "stack" ? folder : ROOT,
    // `--event-log` is a debugging option.
    env: { ...withoutSettings(process.env), ...env, PULUMI_DEBUG_COMMANDS: "true" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  /** @type {Promise<void> | undefined} */
  let stopping;
  // One signal lets the CLI finish what it has begun. A second one would abort it.
  const end = () => {
    stopping = stop(child, "SIGINT");
  };
  interrupted.addEventListener("abort", end, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        if (stream !== null) createInterface({ input: stream }).on("line", onLine);
      }
      child.once("error", (error) => reject(new Failed(`pulumi did not start: ${error.message}`)));
      child.once("close", resolve);
    });
  } finally {
    interrupted.removeEventListener("abort", end);
    await stopping;
    interrupted.throwIfAborted();
  }
}

/** @param {string} log one JSON object a line @returns {Step[]} */
function stepsOf(log) {
  const events = log
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return events
    .map(({ resourcePreEvent }) => resourcePreEvent?.metadata)
    .filter((metadata) => metadata?.type.startsWith("pulumi-nodejs:dynamic/ens:"))
    .map(({ op, urn }) => ({ op, name: urn.split("::").at(-1) }));
}
