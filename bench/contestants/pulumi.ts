import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { measure } from "../measure.ts";
import { changedAt, type Operation, type Size, type Unit } from "../plan.ts";
import type { Urls } from "../tenant.ts";
import type { Stack } from "./contestant.ts";
import { withoutSettings } from "./settings.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PROGRAMS = join(ROOT, "bench/contestants/programs");

/** What each program loads besides Pulumi. */
const MODULES = { ours: 'const ens = require("pulumi-ens");\n', floor: "", naive: "" };

const UP = ["up", "--yes", "--skip-preview"];

const COMMANDS: Record<Operation, string[]> = {
  up: UP,
  preview: ["preview", "--expect-no-changes"],
  "preview --refresh": ["preview", "--refresh", "--expect-no-changes"],
  "up, 1 % changed": UP,
  refresh: ["refresh", "--yes", "--skip-preview"],
  destroy: ["destroy", "--yes", "--skip-preview"],
};

/**
 * A stack of one of the programs, with its state in a local file. Nothing of the user's own Pulumi is touched or used.
 *
 * @param folder an empty one
 * @param more settings of Pulumi
 */
export async function startPulumi(
  { contestant, checkpoints }: Unit & { contestant: keyof typeof MODULES },
  size: Size,
  urls: Urls,
  folder: string,
  more: Record<string, string> = {},
): Promise<Stack> {
  const [state, home] = [join(folder, "state"), join(folder, "home")];
  await mkdir(state);
  await mkdir(home);
  await linkModules(join(folder, "node_modules"));
  await writeFile(join(folder, "Pulumi.yaml"), "name: bench\nruntime: nodejs\n");
  await writeFile(join(folder, "package.json"), '{ "private": true, "main": "index.js" }');
  const program = await readFile(join(PROGRAMS, `${contestant}.js`), "utf8");
  const write = (changed: number) => {
    const given = `const size = ${JSON.stringify({ ...size, changed })};\n`;
    const head = `const pulumi = require("@pulumi/pulumi");\n${MODULES[contestant]}${given}`;
    return writeFile(join(folder, "index.js"), head + program);
  };
  const env = {
    ...withoutSettings(process.env),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(checkpoints ? {} : { PULUMI_SKIP_CHECKPOINTS: "true" }),
    ENS_REST_URL: urls.restUrl,
    ENS_AUTH_URL: urls.authUrl,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
    ...more,
  };
  await measure("pulumi", ["stack", "init", "dev", "--non-interactive"], { cwd: folder, env });
  return {
    async run(operation) {
      await write(changedAt(operation, size));
      const args = [...COMMANDS[operation], "--stack", "dev", "--parallel", "16", "--non-interactive"];
      return measure("pulumi", args, { cwd: folder, env });
    },
    stateBytes: async () => (await stat(join(state, ".pulumi/stacks/bench/dev.json"))).size,
  };
}

/** What this repository has installed, and the floor's provider. */
async function linkModules(folder: string) {
  const installed = join(ROOT, "node_modules");
  await mkdir(folder);
  const names = (await readdir(installed)).filter((name) => !name.startsWith("."));
  for (const name of names) await symlink(join(installed, name), join(folder, name));
  await symlink(join(PROGRAMS, "bench-none"), join(folder, "bench-none"));
}
