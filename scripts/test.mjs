import { delimiter, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { resolveEngine } from "./engine/resolve.mjs";
import { jest, testFiles } from "./test/jest.mjs";
import { check, STATIC } from "./test/static.mjs";

// node scripts/test.mjs [--fast] [--only=lint] [filter…]: the quick steps first, all of them, then one count.

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const args = process.argv.slice(2);
const fast = args.includes("--fast");
const only = args.find((arg) => arg.startsWith("--only="))?.slice("--only=".length);
const filter = args.filter((arg) => arg !== "--fast" && !arg.startsWith("--only="));
const total = { passed: 0, failed: 0 };

for (const name of STATIC) {
  if (only === undefined || only === name) await step(() => check(ROOT, name));
}
if (only === undefined) {
  let found = 0;
  for (const project of fast ? ["fast", "host"] : ["fast", "host", "engine"]) {
    await step(async () => {
      const files = await testFiles(ROOT, project, filter);
      found += files.length;
      if (files.length === 0 && filter.length === 0) throw new Error(`There are no tests in the project ${project}.`);
      if (files.length === 0) return { passed: 0, failed: 0 };
      console.log(`\n${project}: ${files.length} test files`);
      return jest(ROOT, project, filter, project === "engine" ? await withEngine() : process.env);
    });
  }
  if (found === 0) fail(`No test ran${filter.length > 0 ? `: none matches ${filter.join(" ")}` : ""}.`);
}

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;

/** A step that cannot run is a failure; the next ones run all the same. */
async function step(/** @type {() => Promise<{ passed: number, failed: number }>} */ work) {
  try {
    const { passed, failed } = await work();
    total.passed += passed;
    total.failed += failed;
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} message */
function fail(message) {
  console.log(message);
  total.failed += 1;
}

async function withEngine() {
  const { dir, version, from } = await resolveEngine({ say: console.log });
  console.log(`Pulumi ${version} (${from})`);
  return { ...process.env, PATH: `${dir}${delimiter}${process.env.PATH ?? ""}` };
}
