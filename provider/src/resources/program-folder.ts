import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

let isThere = false;

/**
 * Pulumi's provider process loads `pulumi-ens/runtime` from the folder of the program, whoever imports `pulumi-ens` there.
 * With isolated node_modules (pnpm, workspaces) a package that comes along with another one cannot be found from it, and
 * every operation would fail.
 */
export function requireRuntime(): void {
  if (isThere || !pulumi.runtime.hasEngine()) return;
  const folder = process.cwd();
  try {
    createRequire(join(folder, "index.js")).resolve("pulumi-ens/runtime");
    isThere = true;
  } catch {
    const way = `add "pulumi-ens" to the dependencies in ${packageFile(folder)} and install them`;
    // Pulumi shows it without a stack: the person has to mend a package.json, not a line of code.
    throw new pulumi.RunError(`Pulumi cannot load pulumi-ens from the folder of this program, ${folder}: ${way}`);
  }
}

function packageFile(folder: string): string {
  const path = join(folder, "package.json");
  const above = dirname(folder);
  return existsSync(path) || above === folder ? path : packageFile(above);
}
