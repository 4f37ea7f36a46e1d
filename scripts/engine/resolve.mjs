import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "../setup/lock.mjs";
import { cacheFolder, engineInCache, keep, removeLeftovers, temporaryFolder } from "./cache.mjs";
import { buildWithGo } from "./go-build.mjs";
import { installOfficial } from "./installer.mjs";
import { engineOnPath } from "./on-path.mjs";
import { addDynamicHost, askVersion, CLI } from "./programs.mjs";
import { ENGINE_VERSION, SUPPORTED } from "./version.mjs";

/** @typedef {{ dir: string, pulumi: string, version: string, from: string }} Engine `dir` must be first on the PATH. */
/**
 * @typedef {(folder: string, say: (line: string) => void) => Promise<string>} Way returns the reason of a failure, or
 * ""
 */

/**
 * Finds the Pulumi engine, or installs it. The user's own engine is preferred, then the cheapest way that works.
 *
 * @param {{ say?: (line: string) => void, install?: Way, build?: Way }} [options]
 * @returns {Promise<Engine>}
 */
export async function resolveEngine({ say = () => {}, install = installOfficial, build = buildWithGo } = {}) {
  /** @type {string[]} */
  const tried = [];
  const use = (/** @type {string} */ from, /** @type {{ dir: string, version: string } | { why: string }} */ found) => {
    if ("dir" in found) return { ...found, pulumi: join(found.dir, CLI), from };
    tried.push(`${from}: ${found.why}`);
    return undefined;
  };
  const ready = use("PATH", await engineOnPath()) ?? use("cache", await engineInCache());
  if (ready !== undefined) return ready;

  const waiting = (/** @type {number} */ holder) =>
    say(`Waiting for process ${holder}, which prepares the Pulumi engine in ${cacheFolder()} …`);
  return withLock(`${cacheFolder()}.lock`, waiting, async () => {
    const meanwhile = await engineInCache();
    if ("dir" in meanwhile) return { ...meanwhile, pulumi: join(meanwhile.dir, CLI), from: "cache" };
    await removeLeftovers();
    const made =
      use("official installer", await make(install, say)) ?? use("build from Go modules", await make(build, say));
    if (made === undefined) throw new Error(unavailable(tried));
    return made;
  });
}

/**
 * @param {Way} way
 * @param {(line: string) => void} say
 * @returns {Promise<{ dir: string, version: string } | { why: string }>}
 */
async function make(way, say) {
  const folder = temporaryFolder();
  await mkdir(folder, { recursive: true });
  try {
    const failed = await way(folder, say);
    if (failed !== "") return { why: failed };
    const { version, why } = await askVersion(join(folder, CLI));
    if (why !== "") return { why };
    await addDynamicHost(folder);
    await keep(folder);
    return { dir: cacheFolder(), version };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string[]} tried */
function unavailable(tried) {
  return [
    "This machine has no Pulumi engine, and none could be installed or built. Tried:",
    ...tried.map((line) => `  - ${line}`),
    "Do one of these, then run the same command again:",
    `  - install Pulumi (${SUPPORTED}) so that \`pulumi version\` works: https://www.pulumi.com/docs/install/`,
    `  - install Go 1.26 or newer, which builds Pulumi ${ENGINE_VERSION}: https://go.dev/doc/install`,
  ].join("\n");
}
