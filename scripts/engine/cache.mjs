import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { userCache } from "../setup/user-cache.mjs";
import { addDynamicHost, askVersion, CLI, isProgram, LANGUAGE_HOST } from "./programs.mjs";
import { ENGINE_VERSION } from "./version.mjs";

export function cacheFolder() {
  return join(userCache("engine"), `${ENGINE_VERSION}-${process.platform}-${process.arch}`);
}

/** @returns {Promise<{ dir: string, version: string } | { why: string }>} */
export async function engineInCache() {
  const dir = cacheFolder();
  for (const name of [CLI, LANGUAGE_HOST]) {
    if (!(await isProgram(join(dir, name)))) return { why: `${dir} has no ${name}` };
  }
  const { version, why } = await askVersion(join(dir, CLI));
  if (why !== "") return { why };
  await addDynamicHost(dir);
  return { dir, version };
}

/** Returns a folder beside the final one in the cache, so that a rename puts all programs in place at once. */
export function temporaryFolder() {
  return `${cacheFolder()}.new-${process.pid}`;
}

/** @param {string} folder the finished programs */
export async function keep(folder) {
  await rm(cacheFolder(), { recursive: true, force: true });
  await rename(folder, cacheFolder());
}

/** Deletes the folders that interrupted runs left. Only the holder of the cache's lock may call this function. */
export async function removeLeftovers() {
  const parent = dirname(cacheFolder());
  for (const name of await readdir(parent)) {
    if (name.startsWith(`${basename(cacheFolder())}.new-`)) await rm(join(parent, name), { recursive: true });
  }
}
