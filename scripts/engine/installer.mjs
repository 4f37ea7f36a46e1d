import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLines, run } from "../run.cjs";
import { ENGINE_VERSION } from "./version.mjs";

const CHILD = resolve(dirname(fileURLToPath(import.meta.url)), "installer-child.mjs");

/** Longest time without progress. A slow download is acceptable, but behind a firewall a download would never end. */
const IDLE_MS = 15_000;

/**
 * Installs the programs with Pulumi's installer.
 *
 * @param {string} folder for the programs
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the reason of a failure, or an empty string
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

/** Returns the line with the cause from the output of an uncaught error. */
function reason(/** @type {string} */ output) {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.find((line) => /^\w*Error:/.test(line)) ?? lastLines(output, 1);
}
