import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { succeed } from "../run.cjs";
import { nodeIn } from "../setup/dependencies.mjs";
import { withLock } from "../setup/lock.mjs";
import { userCache } from "../setup/user-cache.mjs";
import * as managers from "./managers.ts";
import type { Age } from "./matrix.ts";

export interface Node {
  version: string;
  program: string;
}
/** `bin` is the folder with the package managers. `typescript` is an additional dependency of each project. */
export interface Tools {
  nodes: Record<Age, Node>;
  sdks: Record<Age, string>;
  typescript: Record<string, string>;
  bin: string;
}

/**
 * Installs the programs and versions for the projects. The manifest of the package defines the oldest versions. The
 * newest SDK is the version that npm finds in the allowed range, and the newest Node.js is the version of this
 * repository.
 */
export async function installTools(root: string, say: (line: string) => void): Promise<Tools> {
  const { engines, peerDependencies } = JSON.parse(await readFile(join(root, "provider/package.json"), "utf8"));
  const { devDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const range = peerDependencies["@pulumi/pulumi"];
  const folder = userCache("package-test");
  const node = oldest(engines.node);
  await installIn(folder, { node, ...managers.VERSIONS }, say);
  return {
    nodes: {
      oldest: { version: node, program: nodeIn(folder) },
      newest: { version: devDependencies.node, program: nodeIn(root) },
    },
    sdks: { oldest: oldest(range), newest: await newest(root, `@pulumi/pulumi@${range}`) },
    typescript: { "@types/node": devDependencies["@types/node"], typescript: devDependencies.typescript },
    bin: join(folder, "node_modules/.bin"),
  };
}

async function installIn(folder: string, dependencies: Record<string, string>, say: (line: string) => void) {
  const names = Object.entries(dependencies).map(([name, version]) => `${name} ${version}`);
  const waiting = (holder: number) => say(`Waiting for process ${holder}, which installs in ${folder} …`);
  await mkdir(folder, { recursive: true });
  await withLock(join(folder, "setup.lock"), waiting, async () => {
    say(`Installing ${names.join(", ")} …`);
    const manifest = { private: true, dependencies, allowScripts: { node: true, pnpm: true } };
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    // Without their install scripts, node and pnpm have no program.
    const args = ["install", "--prefer-offline", "--ignore-scripts=false", "--no-audit", "--no-fund"];
    await succeed("npm", args, { cwd: folder });
  });
}

/** Returns the first version of a range such as `>=22.19` or `^3.268.0`. */
function oldest(range: string) {
  const [, major, minor = "0", patch = "0"] = /^(?:>=|\^)(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(range) ?? [];
  if (major === undefined)
    throw new Error(`The range "${range}" in provider/package.json must be like >=1.2 or ^1.2.3.`);
  return `${major}.${minor}.${patch}`;
}

async function newest(root: string, wanted: string): Promise<string> {
  const args = ["view", wanted, "version", "--json", "--loglevel=error"];
  const found = JSON.parse(await succeed("npm", args, { cwd: root }));
  return [found].flat().at(-1);
}
