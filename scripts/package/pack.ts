import { join } from "node:path";
import { lastLines, succeed } from "../run.cjs";

/** The folders of the published packages. Each package is listed after its dependencies. */
export const PUBLISHED = ["receiver", "provider", "test/simulator"];

/**
 * Packs a package as it is published.
 *
 * @param folder folder for the tarball
 * @param workspace folder of the package, one of `PUBLISHED`
 * @returns the path of the tarball
 */
export async function pack(root: string, folder: string, workspace: string): Promise<string> {
  // A user may have disabled scripts. Without them, npm would pack no README and no new build.
  const args = [
    "pack",
    `--workspace=${workspace}`,
    `--pack-destination=${folder}`,
    "--silent",
    "--ignore-scripts=false",
  ];
  return join(folder, lastLines(await succeed("npm", args, { cwd: root }), 1));
}

/**
 * Packs all packages, one after the other, because each of them first builds the changed files.
 *
 * @returns the paths of the tarballs, in the order of `PUBLISHED`
 */
export async function packAll(root: string, folder: string): Promise<string[]> {
  const tarballs = [];
  for (const workspace of PUBLISHED) tarballs.push(await pack(root, folder, workspace));
  return tarballs;
}
