import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

let isThere = false;

/**
 * Throws if Pulumi's provider process cannot load `pulumi-ens/runtime` from the folder of the program. This happens
 * with isolated node_modules (pnpm, workspaces) if `pulumi-ens` is only a dependency of another package. Every
 * operation would fail.
 */
export function requireRuntime(): void {
  if (isThere || !pulumi.runtime.hasEngine()) return;
  const folder = process.cwd();
  try {
    createRequire(join(folder, "index.js")).resolve("pulumi-ens/runtime");
    isThere = true;
  } catch {
    const way = `Add "pulumi-ens" to the dependencies in ${packageFile(folder)} and install them.`;
    // Pulumi prints a `RunError` without a stack trace, because the mistake is in package.json.
    throw new pulumi.RunError(`Pulumi cannot load pulumi-ens from the folder of the program, ${folder}.\n${way}`);
  }
}

function packageFile(folder: string): string {
  const path = join(folder, "package.json");
  const above = dirname(folder);
  return existsSync(path) || above === folder ? path : packageFile(above);
}
