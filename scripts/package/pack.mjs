import { join } from "node:path";
import { lastLines, run } from "../setup/run.mjs";

/**
 * Packs a package as it is published.
 *
 * @param {string} root
 * @param {string} folder where the tarball goes
 * @param {string} workspace folder of the package
 * @returns {Promise<string>} its path
 */
export async function pack(root, folder, workspace = "provider") {
  // Without its scripts, which a person may have switched off, npm packs neither a README nor a fresh build.
  const args = [
    "pack",
    `--workspace=${workspace}`,
    `--pack-destination=${folder}`,
    "--silent",
    "--ignore-scripts=false",
  ];
  const { code, output, why } = await run("npm", args, { cwd: root });
  if (code !== 0) throw new Error(`npm pack failed in ${join(root, workspace)} (${why}):\n${output}`);
  return join(folder, lastLines(output, 1));
}
