import { globSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LAYERS } from "../../jest.config.mjs";
import { start } from "../run.cjs";
import type { Count } from "./static.ts";

export type Layer = keyof typeof LAYERS;

/** Some packages that the tests use are ES modules only. Jest loads them only with this flag. */
export const JEST = [
  "--experimental-vm-modules",
  "--disable-warning=ExperimentalWarning",
  "node_modules/jest/bin/jest.js",
];

/** Returns the test files of a layer that match Jest's filter. */
export function filesOf(root: string, layer: Layer, filter: readonly string[]): string[] {
  const files = LAYERS[layer].flatMap((folder) => globSync(join(root, "test", folder, "**/*.test.ts")));
  return files.filter((file) => filter.length === 0 || filter.some((part) => new RegExp(part, "i").test(file)));
}

/** @returns the count from the results that Jest writes, and not from its exit code alone */
export async function jest(root: string, layer: Layer, filter: string[], env: NodeJS.ProcessEnv): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), "test-results-"));
  try {
    const results = join(folder, "results.json");
    const report = ["--json", `--outputFile=${results}`, "--verbose=false", "--maxWorkers=2"];
    const args = [...JEST, "--selectProjects", layer, ...report, "--", ...filter];
    // Hundreds of processes load the same packages, so Node.js caches the compiled code.
    const quicker = { NODE_COMPILE_CACHE: join(root, ".cache/node"), ...env };
    const { code } = await start(process.execPath, args, { cwd: root, env: quicker, inherit: true }).ended;
    return await count(results, code);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function count(file: string, code: number | null): Promise<Count> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(text);
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  // Jest can fail as a whole without a failed test, for example in a global setup.
  return { passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}
