import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { environmentSource } from "pulumi-ens-receiver/internal";
import { reason } from "../../ens/errors";
import { Run } from "../../run/run";
import { readSettings } from "../../run/settings";
import type { Command } from "../command";
import { type Project, projectIn, STATE_FILE, writeFiles } from "./files";
import { planProgram } from "./plan";
import { programText } from "./program";
import { stateText } from "./state";
import { counts, warnings } from "./summary";
import { findObjects } from "./unit";

const HELP = `Usage: ens import [options]

Reads a business unit of ENS and writes a Pulumi program that describes it, and the state that goes with it, so that
Pulumi takes over what is there: nothing in ENS is changed, and no key is made anew.

  --out <folder>     where to write; a folder without a Pulumi.yaml becomes a new project. Default: this folder
  --only <pattern>   callbacks by name, * stands for any text; can be given several times
  --stack <name>     also runs \`pulumi import\` for this stack
  --force            writes over files of the same names
  --help             this

Which business unit: ENS_SUBDOMAIN, ENS_CLIENT_ID, ENS_CLIENT_SECRET and ENS_ACCOUNT_ID, or their like, as for Pulumi.`;

const IMPORT = ["import", "--file", STATE_FILE, "--generate-code=false", "--protect=false", "--yes"];

export const importCommand: Command = {
  summary: "writes a program, and its state, for what is in ENS already",
  async run(args) {
    const options = parsed(args);
    if (options === undefined) return 0;
    const folder = resolve(options.out);
    const project = projectIn(folder);
    const found = await readUnit(options.only);
    if (found.length === 0) throw new Error("there is no such callback in this business unit; nothing was written");
    const planned = planProgram(found);
    const own = [
      [project.program, programText(planned)],
      [STATE_FILE, stateText(planned)],
    ] as const;
    writeFiles(folder, new Map([...project.scaffold, ...own]), options.force);
    console.log(`${counts(planned)}, in ${[...own.map(([name]) => name), ...project.scaffold.keys()].join(", ")}`);
    for (const line of warnings(planned)) console.log(line);
    const { stack } = options;
    const before = missing(project, stack);
    const imports = stack !== undefined && before.length === 0;
    const code = imports ? await pulumi(importOf(stack), folder) : stack === undefined ? 0 : 1;
    if (imports && code !== 0) return code;
    const path = relative("", folder);
    const left = imports ? [] : [...before, `pulumi ${importOf(stack).join(" ")}`];
    const steps = [...(path === "" ? [] : [`cd ${path}`]), ...left, ...after(stack)];
    const heading = stack === undefined || imports ? "Next" : `Stack ${stack} was left alone; next`;
    console.log(`\n${heading}:\n${steps.map((step) => `  ${step}`).join("\n")}`);
    return code;
  },
};

interface Options {
  readonly out: string;
  readonly only: readonly string[];
  readonly stack?: string;
  readonly force: boolean;
}

/** `undefined` when help was all that was wanted. */
function parsed(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        out: { type: "string", default: "." },
        only: { type: "string", multiple: true, default: [] },
        stack: { type: "string" },
        force: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (!values.help) return values as Options;
    console.log(HELP);
    return undefined;
  } catch (cause) {
    throw new Error(`${reason(cause)}; see ens import --help`, { cause });
  }
}

async function readUnit(only: readonly string[]) {
  const exactly = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const patterns = only.map((pattern) => new RegExp(`^${pattern.split("*").map(exactly).join(".*")}$`, "s"));
  const run = new Run(readSettings(environmentSource(process.env)), { report: (line) => console.error(line) });
  try {
    return await findObjects(run, (name) => patterns.length === 0 || patterns.some((pattern) => pattern.test(name)));
  } finally {
    await run.close();
  }
}

const ofStack = (stack: string | undefined) => (stack === undefined ? [] : ["--stack", stack]);
const importOf = (stack: string | undefined) => [...IMPORT, ...ofStack(stack)];

/** What comes before the import: resources in the state that are not in the program are deleted by the next update. */
function missing({ folder, missingImport, scaffold }: Project, stack: string | undefined): string[] {
  return [
    ...(isInstalled(folder) ? [] : ["npm install"]),
    ...(missingImport === undefined
      ? []
      : [`# write this into your program, or the update deletes all: ${missingImport}`]),
    ...(scaffold.has("Pulumi.yaml") ? [`pulumi stack init ${stack ?? "dev"}`] : []),
  ];
}

function after(stack: string | undefined): string[] {
  return [["preview", "--expect-no-changes"], ["up"]].map((args) => ["pulumi", ...args, ...ofStack(stack)].join(" "));
}

function isInstalled(folder: string): boolean {
  try {
    createRequire(join(folder, "index.js")).resolve("pulumi-ens/runtime");
    return true;
  } catch {
    return false;
  }
}

function pulumi(args: readonly string[], cwd: string): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn("pulumi", args, { cwd, stdio: "inherit" });
    child.once("error", (cause) => failed(new Error(`pulumi did not start: ${reason(cause)}`, { cause })));
    child.once("close", (code) => done(code ?? 1));
  });
}
