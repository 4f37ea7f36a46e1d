import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { succeed } from "../run.cjs";
import type { Manager } from "./matrix.ts";
import { LIMIT_MS } from "./project.ts";

/** Versions of the package managers. npm comes from the `PATH`. */
export const VERSIONS = { pnpm: "12.21.0", "@yarnpkg/cli-dist": "4.18.1" };

/**
 * Settings that a project needs besides its manifest. By default, the managers reject a new SDK. A manager keeps
 * metadata of a registry in the project, because this registry exists only during the test, and shares downloaded
 * files.
 */
const SETTINGS: Record<Exclude<Manager, "npm">, (registry: string) => { file: string; text: string }> = {
  // pnpm requires a decision about each install script.
  pnpm: (registry) => ({
    file: "pnpm-workspace.yaml",
    text: `registry: ${registry}\ncacheDir: .cache\nminimumReleaseAge: 0\nallowBuilds:\n  protobufjs: false\n`,
  }),
  yarn: (registry) => ({
    file: ".yarnrc.yml",
    text: `npmRegistryServer: ${registry}\nunsafeHttpWhitelist: ["127.0.0.1"]\nnodeLinker: node-modules
npmMinimalAgeGate: 0\nenableTelemetry: false\nenableImmutableInstalls: false\n`,
  }),
};

/**
 * Installs the dependencies of the project's manifest.
 *
 * @param bin folder with the programs of `VERSIONS`
 * @param registry URL of the registry
 * @param env environment in which npm finds the registry
 */
export async function install(manager: Manager, bin: string, folder: string, registry: string, env: NodeJS.ProcessEnv) {
  if (manager !== "npm") {
    const { file, text } = SETTINGS[manager](registry);
    await writeFile(join(folder, file), text);
  }
  const [program, ...flags] = manager === "npm" ? ["npm", "--no-audit", "--no-fund"] : [join(bin, manager)];
  await succeed(program, ["install", ...flags], { cwd: folder, env, timeoutMs: LIMIT_MS });
}
