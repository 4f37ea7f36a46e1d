import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { packAll } from "../package/pack.ts";
import { run } from "../run.cjs";

export interface Count {
  passed: number;
  failed: number;
}

/**
 * A placeholder for the path of a packed package. The checks use the package that users install, and not its folder.
 */
const TARBALL = "<tarball>";

const CHECKS = {
  lint: ["biome", "check", "--diagnostic-level=warn", "--error-on-warnings", "."],
  types: ["tsc", "--noEmit", "-p", "tsconfig.json"],
  package: ["publint", "run", "--strict", TARBALL],
  // This check covers every entry point with every module resolution of TypeScript and ignores no finding. The packages
  // have their own types, so no look-up is needed.
  resolution: ["attw", "--no-definitely-typed", TARBALL],
};

export type Check = keyof typeof CHECKS;

export const STATIC = Object.keys(CHECKS) as Check[];

/** Runs a check. Each check counts as one, or as one for each package. A failed check prints its whole output. */
export async function check(root: string, name: Check): Promise<Count> {
  const count = { passed: 0, failed: 0 };
  for (const tarball of CHECKS[name].includes(TARBALL) ? await tarballs(root) : [""]) {
    const [program = "", ...args] = CHECKS[name].map((word) => (word === TARBALL ? tarball : word));
    const { code, output, why } = await run(join(root, "node_modules/.bin", program), args, { cwd: root });
    const what = `${name} ${basename(tarball, ".tgz")}`.trim();
    if (code === 0) count.passed += 1;
    else count.failed += 1;
    console.log(code === 0 ? `ok ${what}` : `${output}\nFAILED ${what} (${why})`);
  }
  return count;
}

let packed: Promise<string[]> | undefined;

/** Packs the packages once for all checks. */
function tarballs(root: string) {
  packed ??= mkdtemp(join(tmpdir(), "packed-")).then((folder) => {
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    return packAll(root, folder);
  });
  return packed;
}
