import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLines, run } from "../run.cjs";
import { ENGINE_VERSION } from "./version.mjs";

const CHILD = resolve(dirname(fileURLToPath(import.meta.url)), "installer-child.mjs");

/** A slow download is fine, one that stands still is not: behind a firewall it would never end. */
const IDLE_MS = 15_000;

/**
 * @param {string} folder for the programs
 * @param {(line: string) => void} say
 * @returns {Promise<string>} why it failed, or nothing
 */
export async function installOfficial(folder, say) {
  say(`Installing Pulumi ${ENGINE_VERSION} with its official installer …`);
  const work = join(folder, "installer");
  await mkdir(join(work, "tmp"), { recursive: true });
  const growth = growthOf(work);
  const { code, output, why } = await run(process.execPath, [CHILD, work, ENGINE_VERSION], {
    env: { ...process.env, TMPDIR: join(work, "tmp") },
    watch: async (stop) => {
      if ((await growth()) > IDLE_MS) stop(`nothing was downloaded for ${IDLE_MS / 1000} s`);
    },
  });
  if (code === 0) {
    for (const name of await readdir(join(work, "bin"))) await rename(join(work, "bin", name), join(folder, name));
  }
  await rm(work, { recursive: true, force: true });
  return code === 0 ? "" : `${why}${output === "" ? "" : `: ${reason(output)}`}`;
}

/** @returns {() => Promise<number>} milliseconds since the folder last grew */
function growthOf(/** @type {string} */ folder) {
  let size = -1;
  let since = Date.now();
  return async () => {
    const now = await sizeOf(folder);
    if (now !== size) since = Date.now();
    size = now;
    return Date.now() - since;
  };
}

/** @param {string} folder */
async function sizeOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The line with the cause, of an uncaught error's many. */
function reason(/** @type {string} */ output) {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.find((line) => /^\w*Error:/.test(line)) ?? lastLines(output, 1);
}
