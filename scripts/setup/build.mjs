import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { run } from "./run.mjs";

/** In an order in which each finds the types of those that it uses. */
const PACKAGES = ["receiver", "provider", "test/simulator"];

/**
 * Compiles each package whose sources differ from those of its last build.
 *
 * @param {string} root
 * @param {(line: string) => void} say
 */
export async function buildPackages(root, say) {
  for (const name of PACKAGES) {
    const stamp = join(root, ".cache", `build-${name.replace("/", "-")}`);
    const sources = await filesIn(join(root, name, "src"));
    const hash = await hashOf(root, [...sources, join(root, name, "tsconfig.json"), join(root, "tsconfig.base.json")]);
    if (hash === (await readFile(stamp, "utf8").catch(() => "")) && (await exists(join(root, name, "dist")))) continue;
    say(`Building ${name} …`);
    await rm(stamp, { force: true });
    const { code, output } = await run(join(root, "node_modules/.bin/tsc"), ["-p", name], { cwd: root });
    if (code !== 0) throw new Error(`tsc -p ${name} failed:\n${output}`);
    await removeLeftovers(join(root, name), sources);
    await mkdir(join(root, ".cache"), { recursive: true });
    await writeFile(stamp, hash);
  }
}

/** What was compiled from a source that is gone would still load, and be published. */
async function removeLeftovers(/** @type {string} */ folder, /** @type {string[]} */ sources) {
  const kept = new Set(sources.map((source) => relative(join(folder, "src"), source).replace(/\.ts$/, "")));
  for (const file of await filesIn(join(folder, "dist"))) {
    const from = relative(join(folder, "dist"), file).replace(/(\.d\.ts|\.js)(\.map)?$/, "");
    if (!kept.has(from)) await rm(file);
  }
}

/** @param {string} folder @returns {Promise<string[]>} */
async function filesIn(folder) {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => /\.(ts|js|map)$/.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** @param {string} root @param {string[]} files */
async function hashOf(root, files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${relative(root, file)}\0`).update(await readFile(file));
  return hash.digest("hex");
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
