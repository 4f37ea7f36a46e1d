import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isolated, settingsOf, unasked, writeProject } from "../../scripts/pulumi.ts";
import { measure } from "../measure.ts";
import { changedAt, type Operation, type Size, type Unit } from "../plan.ts";
import type { Urls } from "../tenant.ts";
import type { Stack } from "./contestant.ts";
import { environment } from "./settings.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PROGRAMS = join(ROOT, "bench/contestants/programs");

/** The modules that each program loads besides Pulumi. */
const MODULES = { ours: 'const ens = require("pulumi-ens");\n', floor: "", naive: "" };

const COMMANDS: Record<Operation, string[]> = {
  up: ["up"],
  preview: ["preview", "--expect-no-changes"],
  "preview --refresh": ["preview", "--refresh", "--expect-no-changes"],
  "up, 1 % changed": ["up"],
  refresh: ["refresh"],
  destroy: ["destroy"],
};

/**
 * Creates a stack of one of the programs, with its state in a local file. The stack neither uses nor changes the user's
 * own Pulumi settings.
 *
 * @param folder an empty folder
 * @param more settings of Pulumi
 */
export async function startPulumi(
  { contestant, checkpoints }: Unit & { contestant: keyof typeof MODULES },
  size: Size,
  urls: Urls,
  folder: string,
  more: Record<string, string> = {},
): Promise<Stack> {
  writeProject(ROOT, folder, "bench");
  await linkModules(join(folder, "node_modules"));
  const program = await readFile(join(PROGRAMS, `${contestant}.js`), "utf8");
  const write = (changed: number) => {
    const given = `const size = ${JSON.stringify({ ...size, changed })};\n`;
    const head = `const pulumi = require("@pulumi/pulumi");\n${MODULES[contestant]}${given}`;
    return writeFile(join(folder, "index.js"), head + program);
  };
  const env = {
    ...isolated(folder, environment()),
    ...settingsOf(urls),
    ...(checkpoints ? {} : { PULUMI_SKIP_CHECKPOINTS: "true" }),
    ...more,
  };
  await measure("pulumi", ["stack", "init", "dev", "--non-interactive"], { cwd: folder, env });
  return {
    async run(operation) {
      await write(changedAt(operation, size));
      const command = COMMANDS[operation];
      const args = [...unasked(command), "--stack", "dev", "--parallel", "16", "--non-interactive"];
      return measure("pulumi", [...command, ...args], { cwd: folder, env });
    },
    stateBytes: async () => (await stat(join(folder, "state/.pulumi/stacks/bench/dev.json"))).size,
  };
}

/** Replaces the link to the installed packages by a link to each package and to the floor's provider. */
async function linkModules(folder: string) {
  const installed = join(ROOT, "node_modules");
  await rm(folder);
  await mkdir(folder);
  const names = (await readdir(installed)).filter((name) => !name.startsWith("."));
  for (const name of names) await symlink(join(installed, name), join(folder, name));
  await symlink(join(PROGRAMS, "bench-none"), join(folder, "bench-none"));
}
