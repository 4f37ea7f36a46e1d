import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { succeed } from "../run.cjs";
import type { Manager } from "./matrix.ts";
import { LIMIT_MS } from "./project.ts";

/** npm is the one on the `PATH`. */
export const VERSIONS = { pnpm: "12.21.0", "@yarnpkg/cli-dist": "4.18.1" };

/**
 * Settings that a project needs besides its manifest. The newest SDK may be younger than the managers like. What a manager
 * keeps of a registry stays in the project, since this registry will be gone; files that it downloaded, it shares.
 */
const SETTINGS: Record<Exclude<Manager, "npm">, (registry: string) => { file: string; text: string }> = {
  // pnpm wants a decision about each install script.
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
 * Installs what the project's manifest names.
 *
 * @param bin the folder with the programs of `VERSIONS`
 * @param registry its address
 * @param env by which npm finds the registry
 */
export async function install(manager: Manager, bin: string, folder: string, registry: string, env: NodeJS.ProcessEnv) {
  if (manager !== "npm") {
    const { file, text } = SETTINGS[manager](registry);
    await writeFile(join(folder, file), text);
  }
  const [program, ...flags] = manager === "npm" ? ["npm", "--no-audit", "--no-fund"] : [join(bin, manager)];
  await succeed(program, ["install", ...flags], { cwd: folder, env, timeoutMs: LIMIT_MS });
}
