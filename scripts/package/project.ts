import { mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { succeed } from "../run.cjs";
import type { Kind } from "./matrix.ts";

/** Limit for one step. */
export const LIMIT_MS = 300_000;

/** The options of Pulumi's template for TypeScript until 2026, which older projects have. */
const NODE10 = {
  strict: true,
  outDir: "bin",
  target: "es2020",
  module: "commonjs",
  moduleResolution: "node",
  sourceMap: true,
  experimentalDecorators: true,
  pretty: true,
  noFallthroughCasesInSwitch: true,
  noImplicitReturns: true,
  forceConsistentCasingInFileNames: true,
};
const NODENEXT = { strict: true, outDir: "bin", target: "es2022", module: "nodenext", moduleResolution: "nodenext" };

export const KINDS: Record<
  Kind,
  { name: string; type?: "module"; source: string; runs: string; compilerOptions?: object }
> = {
  commonjs: { name: "CommonJS", source: "index.js", runs: "index.js" },
  esm: { name: "ES modules", type: "module", source: "index.js", runs: "index.js" },
  node10: { name: "TypeScript (node10)", source: "index.ts", runs: "bin/index.js", compilerOptions: NODE10 },
  nodenext: {
    name: "TypeScript (nodenext)",
    type: "module",
    source: "index.ts",
    runs: "bin/index.js",
    compilerOptions: NODENEXT,
  },
};

/** Writes a project with the program. Nothing is installed in it yet. */
export async function writeProject(root: string, folder: string, kind: Kind, dependencies: Record<string, string>) {
  const { type = "commonjs", source, compilerOptions } = KINDS[kind];
  const program = await readFile(join(root, "scripts/package/program.mjs"), "utf8");
  await mkdir(folder, { recursive: true });
  const write = (name: string, content: string | object) =>
    writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content, null, 2));
  await write("package.json", { name: "project", version: "1.0.0", private: true, type, dependencies });
  await write(source, kind === "commonjs" ? withRequire(program) : program);
  if (compilerOptions !== undefined) await write("tsconfig.json", { compilerOptions, files: [source] });
}

function withRequire(program: string) {
  return program.replace(/^import (?:\* as )?(\w+|\{.*\}) from (".*");$/gm, "const $1 = require($2);");
}

/**
 * Uses the packages in a project as a user does. Rejects with the first step that fails.
 *
 * @param node path of the Node.js program
 * @returns the versions of Node.js and of the SDK that were used
 */
export async function useProject(folder: string, kind: Kind, node: string): Promise<string> {
  const { runs, compilerOptions } = KINDS[kind];
  const env = envWith(node);
  const step = (program: string, ...args: string[]) =>
    succeed(program, args, { cwd: folder, env, timeoutMs: LIMIT_MS });

  if (compilerOptions !== undefined) await step(node, "node_modules/typescript/bin/tsc", "--pretty", "false");
  await step(node, runs);
  // The text in every state file loads the package in this way, from the project's folder.
  await step(node, "--eval", 'require("pulumi-ens/runtime").provider("Callback")');
  for (const command of ["ens", "pulumi-ens-simulator"]) {
    await step(join(folder, "node_modules/.bin", command), "--help");
  }
  const versions = 'console.log(process.version.slice(1), require("@pulumi/pulumi/package.json").version)';
  return step(node, "--eval", versions);
}

/** Returns an environment with another Node.js. */
export function envWith(node: string, env = process.env): NodeJS.ProcessEnv {
  return { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH ?? ""}` };
}
