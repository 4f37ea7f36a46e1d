import { rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./managers.mjs";
import { PROJECTS } from "./matrix.mjs";
import { PUBLISHED } from "./pack.mjs";
import { envWith, KINDS, useProject, writeProject } from "./project.mjs";
import { startRegistry } from "./registry.mjs";
import { installTools } from "./tools.mjs";

// npm run test:packages [-- word…]: installs the packages into empty projects, those whose line has the words.

/** @typedef {import("./matrix.mjs").Project} Project */
/** @typedef {import("./tools.mjs").Tools} Tools */

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const AT_ONCE = 2;

const count = { passed: 0, failed: 0 };
try {
  await testProjects(process.argv.slice(2));
} catch (error) {
  console.log(reason(error));
  count.failed += 1;
}
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 ? 1 : 0;

/** @param {string[]} words */
async function testProjects(words) {
  const tools = await installTools(ROOT, console.log);
  const all = PROJECTS.map((project) => ({ project, line: lineOf(project, tools) }));
  const chosen = all.filter(({ line }) => words.every((word) => line.split(/[^\w.]+/).includes(word)));
  if (chosen.length === 0) {
    throw new Error(`No line has ${words.join(" and ")}. The lines are:\n${all.map(({ line }) => line).join("\n")}`);
  }
  const folder = await mkdtemp(join(tmpdir(), "package-test-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const registry = await startRegistry(ROOT);
  const packages = await publishedVersions();
  const waiting = chosen.entries();
  const work = async () => {
    // Both workers take from the same projects.
    for (const [index, { project, line }] of waiting) {
      const test = () => testProject(project, tools, packages, registry, join(folder, String(index)));
      await report(`${index + 1}/${chosen.length} ${line}`, test);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work)).finally(registry.close);
}

/** What a project asks for. @returns {Promise<Record<string, string>>} */
async function publishedVersions() {
  const manifests = PUBLISHED.map((name) => readFile(join(ROOT, name, "package.json"), "utf8"));
  const parsed = (await Promise.all(manifests)).map((text) => JSON.parse(text));
  return Object.fromEntries(parsed.map(({ name, version }) => [name, version]));
}

/** @param {Project} project @param {Tools} tools */
function lineOf({ manager, kind, node, sdk }, { nodes, sdks }) {
  return `${manager}, ${KINDS[kind].name}, Node.js ${nodes[node].version}, SDK ${sdks[sdk]}`;
}

/**
 * @param {Project} project
 * @param {Tools} tools
 * @param {Record<string, string>} packages
 * @param {import("./registry.mjs").Registry} registry
 * @param {string} folder
 */
async function testProject({ manager, kind, node, sdk }, tools, packages, registry, folder) {
  const { version, program } = tools.nodes[node];
  await writeProject(folder, kind, { ...packages, "@pulumi/pulumi": tools.sdks[sdk], ...tools.typescript });
  await install(manager, tools.bin, folder, registry.url, envWith(program, registry.env));
  const used = await useProject(folder, kind, program);
  const wanted = `${version} ${tools.sdks[sdk]}`;
  if (used !== wanted) throw new Error(`Node.js and the SDK were to be ${wanted}, and were ${used}.`);
}

/** @param {string} line @param {() => Promise<void>} test */
async function report(line, test) {
  console.log(`   ${line} …`);
  const start = performance.now();
  const took = () => `${Math.round((performance.now() - start) / 1000)} s`;
  try {
    await test();
    count.passed += 1;
    console.log(`ok ${line} (${took()})`);
  } catch (error) {
    count.failed += 1;
    console.log(`FAILED ${line} (${took()}): ${reason(error)}`);
  }
}

/** @param {unknown} error */
function reason(error) {
  return error instanceof Error ? error.message : String(error);
}
