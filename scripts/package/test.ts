import { rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Count } from "../test/static.ts";
import { install } from "./managers.ts";
import { PROJECTS, type Project } from "./matrix.ts";
import { PUBLISHED } from "./pack.ts";
import { envWith, KINDS, useProject, writeProject } from "./project.ts";
import { type Registry, startRegistry } from "./registry.ts";
import { installTools, type Tools } from "./tools.ts";

const AT_ONCE = 2;

/** Installs the packages into empty projects whose line has all of the words. */
export async function testPackages(root: string, words: readonly string[]): Promise<Count> {
  const tools = await installTools(root, console.log);
  const all = PROJECTS.map((project) => ({ project, line: lineOf(project, tools) }));
  const chosen = all.filter(({ line }) => words.every((word) => line.split(/[^\w.]+/).includes(word)));
  if (chosen.length === 0) {
    throw new Error(
      `No line contains ${words.join(" and ")}. The lines are:\n${all.map(({ line }) => line).join("\n")}`,
    );
  }
  const folder = await mkdtemp(join(tmpdir(), "package-test-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const registry = await startRegistry(root);
  const packages = await publishedVersions(root);
  const count = { passed: 0, failed: 0 };
  const waiting = chosen.entries();
  const work = async () => {
    // Both workers share one list of projects.
    for (const [index, { project, line }] of waiting) {
      const test = () => testProject(root, project, tools, packages, registry, join(folder, String(index)));
      if (await passes(`${index + 1}/${chosen.length} ${line}`, test)) count.passed += 1;
      else count.failed += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work)).finally(registry.close);
  return count;
}

/** Returns the versions that a project depends on. */
async function publishedVersions(root: string): Promise<Record<string, string>> {
  const manifests = PUBLISHED.map((name) => readFile(join(root, name, "package.json"), "utf8"));
  const parsed = (await Promise.all(manifests)).map((text) => JSON.parse(text));
  return Object.fromEntries(parsed.map(({ name, version }) => [name, version]));
}

function lineOf({ manager, kind, node, sdk }: Project, { nodes, sdks }: Tools) {
  return `${manager}, ${KINDS[kind].name}, Node.js ${nodes[node].version}, SDK ${sdks[sdk]}`;
}

async function testProject(
  root: string,
  { manager, kind, node, sdk }: Project,
  tools: Tools,
  packages: Record<string, string>,
  registry: Registry,
  folder: string,
) {
  const { version, program } = tools.nodes[node];
  await writeProject(root, folder, kind, { ...packages, "@pulumi/pulumi": tools.sdks[sdk], ...tools.typescript });
  await install(manager, tools.bin, folder, registry.url, envWith(program, registry.env));
  const used = await useProject(folder, kind, program);
  const wanted = `${version} ${tools.sdks[sdk]}`;
  if (used !== wanted)
    throw new Error(`Expected the versions ${wanted} of Node.js and the SDK, but the program used ${used}.`);
}

async function passes(line: string, test: () => Promise<void>): Promise<boolean> {
  console.log(`   ${line} …`);
  const start = performance.now();
  const took = () => `${Math.round((performance.now() - start) / 1000)} s`;
  try {
    await test();
    console.log(`ok ${line} (${took()})`);
    return true;
  } catch (error) {
    console.log(`FAILED ${line} (${took()}): ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
