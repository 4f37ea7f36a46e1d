import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, relative, resolve } from "node:path";
import { reason } from "../../ens/errors";
import { defineCommand } from "../shared/define-command";
import { printJson } from "../shared/json";
import { withRun } from "../shared/open-run";
import { JSON_OPTION } from "../shared/options";
import { matcher } from "../shared/pattern";
import { type Project, projectIn, STATE_FILE, writeFiles } from "./files";
import { planProgram } from "./plan";
import { programText } from "./program";
import { stateText } from "./state";
import { counts, warnings } from "./summary";
import { findObjects } from "./unit";

const IMPORT = ["import", "--file", STATE_FILE, "--generate-code=false", "--protect=false", "--yes"];

export const importCommand = defineCommand(
  {
    name: "import",
    summary: "writes a program, and its state, for what is in ENS already",
    about:
      "Reads a business unit of ENS and writes a Pulumi program that describes it, and the state that goes with it, so that " +
      "Pulumi takes over what is there: nothing in ENS is changed, and no key is made anew.",
    options: {
      out: {
        type: "string",
        value: "folder",
        text: "where to write; a folder without a Pulumi.yaml becomes a new project. Default: this folder",
      },
      only: { type: "string", value: "pattern", multiple: true, text: "callbacks by name, * stands for any text" },
      stack: { type: "string", value: "name", text: "also runs `pulumi import` for this stack" },
      force: { type: "boolean", text: "writes over files of the same names" },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: {
      0: "The files are written; with --stack, the state too.",
      1: "They are not, or the state is not; the message says which.",
      other: "That of `pulumi import`, when it failed.",
    },
  },
  async ({ values }, terminal) => {
    const folder = resolve(values.out ?? ".");
    const project = projectIn(folder);
    const found = await withRun(terminal, (run) =>
      findObjects(run, matcher(values.only), (done, of) => terminal.progress(`read ${done} of ${of} callbacks`)),
    );
    if (found.length === 0) throw new Error("there is no such callback in this business unit; nothing was written");
    const planned = planProgram(found);
    const own = [
      [project.program, programText(planned)],
      [STATE_FILE, stateText(planned)],
    ] as const;
    writeFiles(folder, new Map([...project.scaffold, ...own]), values.force);
    const files = [...own.map(([name]) => name), ...project.scaffold.keys()];
    const remarks = warnings(planned);
    const say = values.json ? () => {} : terminal.print;
    say(`${counts(planned)}, in ${files.join(", ")}`);
    for (const line of remarks) say(line);
    const { stack } = values;
    const before = missing(project, stack);
    const imports = stack !== undefined && before.length === 0;
    const code = imports ? await pulumi(importOf(stack), folder, values.json) : stack === undefined ? 0 : 1;
    const isDone = !imports || code === 0;
    const path = relative("", folder);
    const left = imports ? [] : [...before, `pulumi ${importOf(stack).join(" ")}`];
    const steps = isDone ? [...(path === "" ? [] : [`cd ${path}`]), ...left, ...after(stack)] : [];
    const heading = stack === undefined || imports ? "Next" : `Stack ${stack} was left alone; next`;
    if (isDone) say(`\n${heading}:\n${steps.map((step) => `  ${step}`).join("\n")}`);
    if (values.json)
      printJson(terminal, { exitCode: code, folder, files, counts: counts(planned), remarks, next: steps });
    return code;
  },
);

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

/** What it prints goes to stderr where stdout is for a document. */
function pulumi(args: readonly string[], cwd: string, isQuiet: boolean): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn("pulumi", args, { cwd, stdio: ["inherit", isQuiet ? 2 : "inherit", "inherit"] });
    child.once("error", (cause) => failed(new Error(`pulumi did not start: ${reason(cause)}`, { cause })));
    child.once("close", (code) => done(code ?? 1));
  });
}
