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
    summary: "Write a program and its state for existing objects in ENS",
    about:
      "Reads the callbacks and subscriptions of a business unit and writes a Pulumi program for them and a file for `pulumi " +
      "import`, so that Pulumi manages the existing objects. Nothing in ENS is changed, and all signature keys stay valid.",
    options: {
      out: {
        type: "string",
        value: "folder",
        text: "The folder to write to. A folder without a Pulumi.yaml becomes a new project. Default: this folder.",
      },
      only: {
        type: "string",
        value: "pattern",
        multiple: true,
        text: "Import only callbacks with a matching name, and their subscriptions. * matches any text.",
      },
      stack: { type: "string", value: "name", text: "Also run `pulumi import` for this stack." },
      force: { type: "boolean", text: "Overwrite existing files." },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: {
      0: "The files were written and, with --stack, the state was imported.",
      1: "The files were not written or the state was not imported. The message says which.",
      other: "`pulumi import` failed with this code.",
    },
  },
  async ({ values }, terminal) => {
    const folder = resolve(values.out ?? ".");
    const project = projectIn(folder);
    const found = await withRun(terminal, (run) =>
      findObjects(run, matcher(values.only), (done, of) => terminal.progress(`read ${done} of ${of} callbacks`)),
    );
    if (found.length === 0) {
      const problem =
        values.only.length === 0
          ? "this business unit has no callbacks"
          : "no callback in this business unit matches --only";
      throw new Error(`${problem}. Nothing was written.`);
    }
    const planned = planProgram(found);
    const own = [
      [project.program, programText(planned)],
      [STATE_FILE, stateText(planned)],
    ] as const;
    writeFiles(folder, new Map([...project.scaffold, ...own]), values.force);
    const files = [...own.map(([name]) => name), ...project.scaffold.keys()];
    const remarks = warnings(planned);
    const print = values.json ? () => {} : terminal.print;
    print(`Wrote ${counts(planned)} to ${files.join(", ")}`);
    for (const line of remarks) print(line);
    const { stack } = values;
    const before = stepsBefore(project, stack);
    const imports = stack !== undefined && before.length === 0;
    const code = imports ? await runPulumi(importOf(stack), folder, values.json) : stack === undefined ? 0 : 1;
    const isDone = !imports || code === 0;
    const path = relative("", folder);
    const left = imports ? [] : [...before, `pulumi ${importOf(stack).join(" ")}`];
    const steps = isDone ? [...(path === "" ? [] : [`cd ${path}`]), ...left, ...stepsAfter(stack)] : [];
    const heading = stack === undefined || imports ? "Next steps" : `Stack ${stack} was not changed. Next steps`;
    if (isDone) print(`\n${heading}:\n${steps.map((step) => `  ${step}`).join("\n")}`);
    if (values.json)
      printJson(terminal, { exitCode: code, folder, files, counts: counts(planned), remarks, next: steps });
    return code;
  },
);

const ofStack = (stack: string | undefined) => (stack === undefined ? [] : ["--stack", stack]);
const importOf = (stack: string | undefined) => [...IMPORT, ...ofStack(stack)];

/** Returns the steps before the import. An update deletes resources that are in the state and not in the program. */
function stepsBefore({ folder, missingImport, scaffold }: Project, stack: string | undefined): string[] {
  return [
    ...(isInstalled(folder) ? [] : ["npm install"]),
    ...(missingImport === undefined
      ? []
      : [`# Add this line to your program first, or the next update deletes all imported objects: ${missingImport}`]),
    ...(scaffold.has("Pulumi.yaml") ? [`pulumi stack init ${stack ?? "dev"}`] : []),
  ];
}

function stepsAfter(stack: string | undefined): string[] {
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

/** Runs `pulumi` and resolves with its exit code. Its output goes to stderr when stdout has a JSON document. */
function runPulumi(args: readonly string[], cwd: string, isQuiet: boolean): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn("pulumi", args, { cwd, stdio: ["inherit", isQuiet ? 2 : "inherit", "inherit"] });
    child.once("error", (cause) => failed(new Error(`\`pulumi\` could not be started: ${reason(cause)}`, { cause })));
    child.once("close", (code) => done(code ?? 1));
  });
}
