import { link, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * One process at a time. The file holds its holder's process id, so that the lock of a process that is gone is taken
 * over. Own code: it works before any package is installed.
 *
 * @template T
 * @param {string} path
 * @param {(holder: number) => void} onWait called once when another process holds the lock
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(path, onWait, work) {
  await mkdir(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  await writeFile(mine, String(process.pid));
  try {
    let told = false;
    while (!(await linked(mine, path))) {
      const holder = await holderOf(path);
      if (holder === undefined) continue;
      if (!alive(holder)) {
        await takeAway(path, holder);
        continue;
      }
      if (!told) onWait(holder);
      told = true;
      await sleep(200);
    }
    try {
      await removeLeftovers(path);
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** Two processes may see the same dead holder: only one may remove its lock, or the other removes a fresh one. */
async function takeAway(/** @type {string} */ path, /** @type {number} */ dead) {
  const guard = `${path}.takeover`;
  try {
    await mkdir(guard);
  } catch {
    const age = await stat(guard).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > 10_000) await rm(guard, { recursive: true, force: true });
    await sleep(50);
    return;
  }
  try {
    if ((await holderOf(path)) === dead) await rm(path, { force: true });
  } finally {
    await rm(guard, { recursive: true, force: true });
  }
}

/** Killed processes leave what they wanted to link. */
async function removeLeftovers(/** @type {string} */ path) {
  for (const name of await readdir(dirname(path))) {
    const pid = name.startsWith(`${basename(path)}.`) ? Number(extname(name).slice(1)) : Number.NaN;
    if (Number.isInteger(pid) && !alive(pid)) await rm(join(dirname(path), name), { force: true });
  }
}

/** A hard link appears with its content at once; a created file is empty for a moment. */
async function linked(/** @type {string} */ from, /** @type {string} */ to) {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function holderOf(/** @type {string} */ path) {
  try {
    return Number(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
