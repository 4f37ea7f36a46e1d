import { delimiter, resolve } from "node:path";
import { resolveEngine } from "./engine/resolve.mjs";
import { testPackages } from "./package/test.ts";
import { filesOf, jest, type Layer } from "./test/jest.ts";
import { type Count, check, STATIC } from "./test/static.ts";

// node scripts/test.ts [--fast | --full | --only=lint | --only=packages] [filter…] runs all steps, quick steps first,
// and then prints one count. The filter is a part of a path. For the packages, the filter is a list of words of their
// lines.

const ROOT = resolve(import.meta.dirname, "..");
const args = process.argv.slice(2);
const only = args.find((arg) => arg.startsWith("--only="))?.slice("--only=".length);
const filter = args.filter((arg) => !arg.startsWith("--"));
const total: Count = { passed: 0, failed: 0 };

const checks = STATIC.filter((name) => only === undefined || only === name);
await Promise.all(checks.map((name) => step(() => check(ROOT, name))));
if (only === undefined) {
  const layers: Layer[] = ["fast", "host"];
  if (!args.includes("--fast")) layers.push("engine");
  if (args.includes("--full")) layers.push("full");
  // `--full` runs more sequences and inputs where they are quick. A failure prints its seed.
  const more = args.includes("--full") ? { FAULT_RUNS: "100", FUZZ_RUNS: "200" } : {};
  const found = layers.map((layer) => ({ layer, files: filesOf(ROOT, layer, filter) }));
  for (const { layer, files } of found) {
    if (files.length === 0) continue;
    console.log(`\n${layer}: ${files.length} test files`);
    const needsEngine = layer === "engine" || layer === "full";
    await step(async () => jest(ROOT, layer, filter, needsEngine ? await engineEnv() : { ...more, ...process.env }));
  }
  if (found.every(({ files }) => files.length === 0))
    fail(`No test ran, because no test file matches ${filter.join(" ")}.`);
}
if (only === "packages" || (args.includes("--full") && filter.length === 0)) {
  await step(() => testPackages(ROOT, filter));
}

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** Runs a step. A step that cannot run counts as a failure, and the next steps still run. */
async function step(work: () => Promise<Count>) {
  try {
    const { passed, failed } = await work();
    total.passed += passed;
    total.failed += failed;
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(message: string) {
  console.log(message);
  total.failed += 1;
}

async function engineEnv() {
  const { dir, version, from } = await resolveEngine({ say: console.log });
  console.log(`Pulumi ${version} (${from})`);
  return { ...process.env, PATH: `${dir}${delimiter}${process.env.PATH ?? ""}` };
}
