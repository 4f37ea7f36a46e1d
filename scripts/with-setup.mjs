import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackages } from "./setup/build.mjs";
import { installDependencies, nodeIn } from "./setup/dependencies.mjs";
import { withLock } from "./setup/lock.mjs";

// node scripts/with-setup.mjs <task> [args…]: prepares what the task needs, then runs it under the project's Node.js.

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** @type {Record<string, { program: string[], engine?: boolean }>} */
const TASKS = {
  demo: { program: ["scripts/demo.mjs"], engine: true },
  "bench:fleet": { program: ["bench/fleet.mjs"], engine: true },
  "bench:levers": { program: ["bench/levers.mjs"], engine: true },
  "bench:start": { program: ["bench/start.mjs"], engine: true },
  "bench:host": { program: ["bench/host.mjs"] },
  "bench:simulator": { program: ["bench/simulator.mjs"] },
  bench: { program: ["bench/stacks.mjs"], engine: true },
  engine: { program: ["scripts/engine.mjs"] },
  lint: { program: ["scripts/test.mjs", "--only=lint"] },
  build: { program: [] },
  pack: { program: ["scripts/package/to-folder.mjs"] },
  parity: { program: ["scripts/parity.mjs"] },
  prepack: { program: ["scripts/package/prepack.mjs"] },
  "record-state": { program: ["test/states/record.mjs"], engine: true },
  simulator: { program: ["test/simulator/dist/main.js"] },
  test: { program: ["scripts/test.mjs"] },
  "test:packages": { program: ["scripts/package/test.mjs"] },
  "test:fast": { program: ["scripts/test.mjs", "--fast"] },
};

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

try {
  const [name = "", ...args] = process.argv.slice(2);
  const task = TASKS[name];
  if (task === undefined) throw new Error(`There is no task "${name}". Tasks: ${Object.keys(TASKS).join(", ")}.`);
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node.js ${process.version} is too old to start with: install version 20 or newer.`);
  }
  await prepare();
  let path = `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  if (task.engine) {
    const { resolveEngine } = await import("./engine/resolve.mjs");
    path = `${(await resolveEngine({ say })).dir}${delimiter}${path}`;
  }
  if (task.program.length > 0) process.exitCode = await runTask([...task.program, ...args], path);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  // The last line of the tests is their count, whatever happened.
  if (process.argv[2]?.startsWith("test")) console.log("0 passed, 1 failed");
  process.exitCode = 1;
}

async function prepare() {
  const waiting = (/** @type {number} */ holder) => say(`Waiting for process ${holder}, which sets this folder up …`);
  await withLock(join(ROOT, ".cache/setup.lock"), waiting, async () => {
    await installDependencies(ROOT, say);
    await buildPackages(ROOT, say);
  });
}

/** @param {string[]} program @param {string} path @returns {Promise<number>} */
function runTask(program, path) {
  const child = spawn(nodeIn(ROOT), program, { cwd: ROOT, stdio: "inherit", env: { ...process.env, PATH: path } });
  // In a terminal Ctrl-C reaches the child directly; a second one would make the engine give up its state.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code, signal) => done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
