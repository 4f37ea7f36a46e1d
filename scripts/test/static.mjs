import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "../package/pack.mjs";
import { run } from "../setup/run.mjs";

/** @typedef {{ passed: number, failed: number }} Count */

/** Stands for the path of the packed package: what users get is checked, not the folder that it comes from. */
const TARBALL = "<tarball>";
/** Likewise, of the simulator. */
const SIMULATOR = "<tarball of the simulator>";
const WORKSPACES = new Map([
  [TARBALL, "provider"],
  [SIMULATOR, "test/simulator"],
]);

const CHECKS = {
  lint: ["biome", "check", "--diagnostic-level=warn", "--error-on-warnings", "."],
  types: ["tsc", "--noEmit", "-p", "tsconfig.json"],
  package: ["publint", "run", "--strict", TARBALL],
  // Every entry point in every way that TypeScript resolves modules; no finding is ignored. Own types need no look-up.
  resolution: ["attw", "--no-definitely-typed", TARBALL],
  simulator: ["publint", "run", "--strict", SIMULATOR],
};

/** @typedef {keyof typeof CHECKS} Check */

export const STATIC = /** @type {Check[]} */ (Object.keys(CHECKS));

/**
 * Each check counts as one; a failing one shows everything it printed.
 *
 * @param {string} root
 * @param {Check} name
 * @returns {Promise<Count>}
 */
export async function check(root, name) {
  const [program = "", ...args] = CHECKS[name];
  const { code, output, why } = await withTarball(root, args, (given) =>
    run(join(root, "node_modules/.bin", program), given, { cwd: root }),
  );
  if (code === 0) {
    console.log(`ok ${name}`);
    return { passed: 1, failed: 0 };
  }
  console.log(`${output}\nFAILED ${name} (${why})`);
  return { passed: 0, failed: 1 };
}

/**
 * @template T
 * @param {string} root
 * @param {string[]} args
 * @param {(args: string[]) => Promise<T>} work
 */
async function withTarball(root, args, work) {
  const packed = args.find((arg) => WORKSPACES.has(arg));
  if (packed === undefined) return work(args);
  const folder = await mkdtemp(join(tmpdir(), "packed-"));
  try {
    const tarball = await pack(root, folder, WORKSPACES.get(packed));
    return await work(args.map((arg) => (arg === packed ? tarball : arg)));
  } finally {
    await rm(folder, { recursive: true });
  }
}
