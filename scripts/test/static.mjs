import { join } from "node:path";
import { run } from "../setup/run.mjs";

/** @typedef {{ passed: number, failed: number }} Count */

const CHECKS = {
  lint: ["biome", "check", "--diagnostic-level=warn", "--error-on-warnings", "."],
  types: ["tsc", "--noEmit", "-p", "tsconfig.json"],
  package: ["publint", "--strict", "provider"],
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
  const { code, output, why } = await run(join(root, "node_modules/.bin", program), args, { cwd: root });
  if (code === 0) {
    console.log(`ok ${name}`);
    return { passed: 1, failed: 0 };
  }
  console.log(`${output}\nFAILED ${name} (${why})`);
  return { passed: 0, failed: 1 };
}
