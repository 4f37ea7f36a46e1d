import { join } from "node:path";
import { lastLines, succeed } from "../run.cjs";

/** The folders of the packages that are published, each behind those that it depends on. */
export const PUBLISHED = ["receiver", "provider", "test/simulator"];

/**
 * Packs a package as it is published.
 *
 * @param folder where the tarball goes
 * @param workspace folder of the package, one of `PUBLISHED`
 * @returns its path
 */
export async function pack(root: string, folder: string, workspace: string): Promise<string> {
  // Without its scripts, which a person may have switched off, npm packs neither a README nor a fresh build.
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
 * Packs all of them. One after the other: each builds what has changed before.
 *
 * @returns their paths, in the order of `PUBLISHED`
 */
export async function packAll(root: string, folder: string): Promise<string[]> {
  const tarballs = [];
  for (const workspace of PUBLISHED) tarballs.push(await pack(root, folder, workspace));
  return tarballs;
}
