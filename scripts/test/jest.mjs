import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../setup/run.mjs";

/** @typedef {import("./static.mjs").Count} Count */

// Some packages that tests use are ES modules only; Jest loads those with this flag.
const FLAGS = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];

/** Files of a project that the filter leaves. */
export async function testFiles(
  /** @type {string} */ root,
  /** @type {string} */ project,
  /** @type {string[]} */ filter,
) {
  const args = [...FLAGS, "--selectProjects", project, "--listTests", "--json", "--passWithNoTests", "--", ...filter];
  const { code, output, why } = await run(process.execPath, args, { cwd: root });
  const line = output.split("\n").find((text) => text.startsWith("["));
  if (code !== 0 || line === undefined)
    throw new Error(`jest could not list the tests of ${project} (${why}): ${output}`);
  return /** @type {string[]} */ (JSON.parse(line));
}

/**
 * @param {string} root
 * @param {string} project
 * @param {string[]} filter
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Count>} from the results that Jest writes, not from its exit code alone
 */
export async function jest(root, project, filter, env) {
  const folder = await mkdtemp(join(tmpdir(), "test-results-"));
  try {
    const results = join(folder, "results.json");
    const report = ["--json", `--outputFile=${results}`, "--verbose=false", "--maxWorkers=2"];
    const args = [...FLAGS, "--selectProjects", project, ...report, "--", ...filter];
    const code = await show(process.execPath, args, root, env);
    return await count(results, code);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @param {string} file @param {number | null} code @returns {Promise<Count>} */
async function count(file, code) {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(text);
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  // Jest can fail as a whole, for example in a global setup, without a failed test.
  return { passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** @param {string} command @param {string[]} args @param {string} cwd @param {NodeJS.ProcessEnv} env */
function show(command, args, cwd, env) {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((/** @type {(code: number | null) => void} */ done, failed) => {
    child.on("error", failed);
    child.on("close", done);
  });
}
