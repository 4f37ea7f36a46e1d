import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { run } from "../scripts/run.cjs";

const ROOT = resolve(import.meta.dirname, "..");

/** Returns the versions of all programs and packages by name. */
export async function versions(tofu: { tofu: string; provider: string } | undefined): Promise<Record<string, string>> {
  const output = async (program: string, args: string[]) => (await run(program, args, { cwd: ROOT })).output.trim();
  const manifest = async (path: string) => JSON.parse(await readFile(join(ROOT, path), "utf8")).version;
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
