import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runStep } from "./project.mjs";

/** @typedef {import("./matrix.mjs").Manager} Manager */

/** npm is the one on the PATH. */
export const VERSIONS = { pnpm: "12.21.0", "@yarnpkg/cli-dist": "4.18.1" };

/**
 * Settings that a project needs besides its manifest. The newest SDK may be younger than the managers like.
 *
 * @type {Record<Manager, { file: string, text: string } | undefined>}
 */
const SETTINGS = {
  npm: undefined,
  // pnpm wants a decision about each install script.
  pnpm: { file: "pnpm-workspace.yaml", text: "minimumReleaseAge: 0\nallowBuilds:\n  protobufjs: false\n" },
  yarn: {
    file: ".yarnrc.yml",
    text: "nodeLinker: node-modules\nnpmMinimalAgeGate: 0\nenableTelemetry: false\nenableImmutableInstalls: false\n",
  },
};

/**
 * Installs what the project's manifest names.
 *
 * @param {Manager} manager
 * @param {string} bin the folder with the programs of `VERSIONS`
 * @param {string} folder
 * @param {NodeJS.ProcessEnv} env
 */
export async function install(manager, bin, folder, env) {
  const settings = SETTINGS[manager];
  if (settings !== undefined) await writeFile(join(folder, settings.file), settings.text);
  const [program, ...flags] = manager === "npm" ? ["npm", "--no-audit", "--no-fund"] : [join(bin, manager)];
  // Yarn has a registry of its own, and does not read npm's settings.
  const registry = await runStep("npm config", "npm", ["config", "get", "registry"], { cwd: folder, env });
  const given = { ...env, YARN_NPM_REGISTRY_SERVER: registry.replace(/\/$/, "") };
  await runStep(`${manager} install`, program, ["install", ...flags], { cwd: folder, env: given });
}
