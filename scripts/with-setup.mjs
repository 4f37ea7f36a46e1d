import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { run, start } from "./run.cjs";
import { installDependencies, nodeIn } from "./setup/dependencies.mjs";

// node scripts/with-setup.mjs <task> [args…] prepares what the task needs, and then runs the task under the project's
// Node.js.

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Each package is listed after its dependencies, which are also the references in its tsconfig.json. */
const PACKAGES = ["receiver", "provider", "test/simulator"];

/** The `fast` tests run against the sources, so no build is needed before or after a change. */
const WATCH = [
  ...["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"],
  ...["--selectProjects", "fast", "--watchAll", "--"],
];

/** @type {Record<string, { program: string[], engine?: boolean, build?: false }>} */
const TASKS = {
  demo: { program: ["scripts/demo.ts"], engine: true },
  "bench:fleet": { program: ["bench/fleet.ts"], engine: true },
  "bench:levers": { program: ["bench/levers.ts"], engine: true },
  "bench:start": { program: ["bench/start.ts"], engine: true },
  "bench:host": { program: ["bench/host.ts"] },
  "bench:simulator": { program: ["bench/simulator.ts"] },
  bench: { program: ["bench/stacks.ts"], engine: true },
  docs: { program: ["scripts/docs.ts"] },
  engine: { program: ["scripts/engine.ts"] },
  lint: { program: ["scripts/test.ts", "--only=lint"] },
  build: { program: [] },
  pack: { program: ["scripts/package/to-folder.ts"] },
  parity: { program: ["scripts/parity.ts"] },
  prepack: { program: ["scripts/package/prepack.ts"] },
  "record-state": { program: ["scripts/record-state.ts"], engine: true },
  simulator: { program: ["test/simulator/dist/main.js"] },
  test: { program: ["scripts/test.ts"] },
  "test:fast": { program: ["scripts/test.ts", "--fast"] },
  "test:full": { program: ["scripts/test.ts", "--full"] },
  "test:packages": { program: ["scripts/test.ts", "--only=packages"] },
  "test:watch": { program: WATCH, build: false },
};

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

try {
  const [name = "", ...args] = process.argv.slice(2);
  const task = TASKS[name];
  if (task === undefined) throw new Error(`There is no task "${name}". Tasks: ${Object.keys(TASKS).join(", ")}.`);
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node.js ${process.version} is too old to start with: install version 20 or newer.`);
  }
  await installDependencies(ROOT, say);
  if (task.build !== false) await build(name === "build" ? args : []);
  let path = `${join(ROOT, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  if (task.engine) {
    const { resolveEngine } = await import("./engine/resolve.mjs");
    path = `${(await resolveEngine({ say })).dir}${delimiter}${path}`;
  }
  if (task.program.length > 0) process.exitCode = await runTask([...task.program, ...args], path);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  // The last line of the tests is always their count.
  if (process.argv[2]?.startsWith("test")) console.log("0 passed, 1 failed");
  process.exitCode = 1;
}

/**
 * Compiles the changed files. Two tasks may do so at the same time, because they write the same files.
 *
 * @param {string[]} options of the compiler
 */
async function build(options) {
  if (PACKAGES.some((name) => !existsSync(join(ROOT, name, "dist")))) say("Building the packages …");
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const { output, why } = await run(nodeIn(ROOT), [compiler, "--build", ...PACKAGES, ...options], { cwd: ROOT });
  if (why !== "") throw new Error(`tsc --build failed (${why}):\n${output}`);
}

/** @param {string[]} program @param {string} path @returns {Promise<number>} */
async function runTask(program, path) {
  const { child, ended } = start(nodeIn(ROOT), program, {
    cwd: ROOT,
    inherit: true,
    env: { ...process.env, PATH: path },
  });
  // In a terminal, Ctrl-C also reaches the child directly. A second signal would make the engine abort and lose its
  // state.
  process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const { code, why } = await ended;
  if (child.pid === undefined) throw new Error(why);
  return code ?? 128 + (child.signalCode === null ? 0 : constants.signals[child.signalCode]);
}
