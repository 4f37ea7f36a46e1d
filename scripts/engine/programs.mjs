import { access, chmod, constants, copyFile, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { lastLines, run } from "../run.cjs";

const SUFFIX = process.platform === "win32" ? ".exe" : "";

export const CLI = `pulumi${SUFFIX}`;
export const LANGUAGE_HOST = `pulumi-language-nodejs${SUFFIX}`;
export const DYNAMIC_HOST = `pulumi-resource-pulumi-nodejs${process.platform === "win32" ? ".cmd" : ""}`;

/**
 * Runs `pulumi version`.
 *
 * @param {string} pulumi path of the program
 * @returns {Promise<{ version: string, why: string }>} `why` is the reason why the program is not usable, or empty
 */
export async function askVersion(pulumi) {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { code, output, why } = await run(pulumi, ["version"], { env, timeoutMs: 20_000 });
  if (code !== 0) return { version: "", why: `\`${pulumi} version\` failed: ${why} ${lastLines(output, 2)}`.trim() };
  return { version: lastLines(output, 1).trim(), why: "" };
}

/** @param {string} path */
export function isProgram(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Copies the host of dynamic providers, which is a script of the SDK, from the installed package. */
export async function addDynamicHost(/** @type {string} */ folder) {
  const target = join(folder, DYNAMIC_HOST);
  if (await isProgram(target)) return;
  const root = resolve(fileURLToPath(import.meta.url), "../../..");
  const temporary = `${target}.${process.pid}`;
  await copyFile(join(root, "node_modules/@pulumi/pulumi", DYNAMIC_HOST), temporary);
  await chmod(temporary, 0o755);
  await rename(temporary, target);
}
