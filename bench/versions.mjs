import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../scripts/setup/run.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * All that runs, by its name.
 *
 * @param {{ tofu: string, provider: string } | undefined} tofu
 * @returns {Promise<Record<string, string>>}
 */
export async function versions(tofu) {
  const output = async (/** @type {string} */ program, /** @type {string[]} */ args) =>
    (await run(program, args, { cwd: ROOT })).output.trim();
  const manifest = async (/** @type {string} */ path) => JSON.parse(await readFile(join(ROOT, path), "utf8")).version;
  const changes = await output("git", ["status", "--porcelain", "--", "provider", "bench", ":!bench/results"]);
  const commit = await output("git", ["rev-parse", "--short", "HEAD"]);
  return {
    "pulumi-ens": await manifest("provider/package.json"),
    commit: changes === "" ? commit : `${commit} with changes`,
    "Node.js": process.version,
    "Pulumi CLI": await output("pulumi", ["version"]),
    "Pulumi SDK": await manifest("node_modules/@pulumi/pulumi/package.json"),
    ...(tofu === undefined ? {} : { OpenTofu: tofu.tofu, "Mastercard/restapi": tofu.provider }),
  };
}

export function machine() {
  return `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${process.platform}`;
}
