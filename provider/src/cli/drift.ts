import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { isUnknown } from "../lifecycle/unknown";
import { differencesOf, remarksOn, reportOf, reportText } from "./drift-report";
import { block, code } from "./markdown";
import { type Preview, previewIn } from "./preview";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { JSON_OPTION } from "./shared/options";
import { UsageError } from "./shared/usage-error";

/** Pulumi's code for "changes, where none were expected". */
const DRIFT = 7;

export const drift = defineCommand(
  {
    name: "drift",
    summary: "says what differs between ENS and the program, as Markdown",
    about:
      "Compares ENS with the Pulumi program in this folder and prints a summary as Markdown. Changes nothing. What it does " +
      "not know itself goes to `pulumi preview`, like --target or --config.",
    options: {
      stack: { type: "string", short: "s", value: "name", text: "the stack; the selected one when left out" },
      summary: {
        type: "string",
        value: "file",
        text: "appends the summary to this file too, for example to $GITHUB_STEP_SUMMARY",
      },
      ...JSON_OPTION,
    },
    passesOnTo: "pulumi preview",
    exits: {
      0: "ENS is as the program says.",
      7: "ENS is not as the program says.",
      other: "That could not be found out: the code of `pulumi preview`, or 1.",
    },
  },
  async ({ values: { stack, summary, json }, others }, terminal) => {
    const forbidden = others.find((arg) => /^--show-secrets|^(-j|--diff)(=|$)/.test(arg));
    if (forbidden !== undefined) {
      throw new UsageError(`${forbidden} is not for a summary; use it with 'pulumi preview'`);
    }
    terminal.note(`ens: comparing ENS with ${stack ?? "the selected stack"} …`);
    const ran = await pulumi([...others, ...(stack === undefined ? [] : ["--stack", stack])]);
    const preview = read(ran);
    for (const { severity, message } of preview.said) terminal.note(`${severity}: ${message}`);
    const text = markdown(stack ?? preview.stack, ran, preview);
    if (json) printJson(terminal, documentOf(stack ?? preview.stack, ran, preview));
    else terminal.print(text);
    if (summary !== undefined) appendFileSync(summary, `${text}\n`);
    return ran.exitCode;
  },
);

interface Ran {
  readonly exitCode: number;
  readonly printed: string;
  readonly complained: string;
}

/** Runs the preview, asks nothing. */
function pulumi(args: string[]): Promise<Ran> {
  const own = ["--refresh", "--expect-no-changes", "--json", "--show-sames", "--non-interactive", "--color", "never"];
  const { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: _, ...env } = process.env;
  const child = spawn("pulumi", ["preview", ...args, ...own], { env, stdio: ["ignore", "pipe", "pipe"] });
  let [printed, complained] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complained += text));
  return new Promise((done, failed) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      const missing = "there is no 'pulumi' on the PATH; install the Pulumi CLI";
      failed(cause.code === "ENOENT" ? new Error(missing, { cause }) : cause);
    });
    child.once("close", (exitCode) => done({ exitCode: exitCode ?? 1, printed, complained }));
  });
}

/** A preview that was not even begun prints no document. */
function read({ exitCode, printed, complained }: Ran): Preview {
  const preview = previewIn(printed);
  if (exitCode === 0 || exitCode === DRIFT || preview.said.some(({ severity }) => severity === "error")) return preview;
  const message = [complained.trim(), printed.trim()].find((text) => text !== "") ?? "pulumi said nothing";
  return { ...preview, said: [...preview.said, { severity: "error", message: message.replace(/^error: /, "") }] };
}

function documentOf(stack: string | undefined, { exitCode }: Ran, { resources, said }: Preview): object {
  const isKnown = exitCode === 0 || exitCode === DRIFT;
  const differences = isKnown ? differencesOf(resources) : [];
  const shown = differences.map(({ inEns, inProgram, ...rest }) => ({
    ...rest,
    inEns: inEns ?? null,
    inProgram: isUnknown(inProgram) ? "[known after up]" : (inProgram ?? null),
  }));
  return {
    stack: stack ?? null,
    result: !isKnown ? "not known" : exitCode === DRIFT ? "drift" : "none",
    exitCode,
    differences: shown,
    notes: isKnown ? remarksOn(resources, (text) => text) : [],
    errors: said.filter(({ severity }) => severity === "error").map(({ message }) => message),
  };
}

function markdown(stack: string | undefined, { exitCode }: Ran, { resources, said }: Preview): string {
  const title = `## Drift of ${stack === undefined ? "the selected stack" : code(stack)}`;
  if (exitCode !== 0 && exitCode !== DRIFT) {
    const errors = said.filter(({ severity }) => severity === "error").map(({ message }) => message);
    return `${title}\n\n**Not known:** the check failed with exit code ${exitCode}.\n\n${block(errors.join("\n"))}`;
  }
  const report = reportOf(resources);
  const differing = new Set(report.rows.map(([resource]) => resource)).size;
  const verdict =
    exitCode === 0
      ? "**None:** ENS is as the program says."
      : `**${differing} ${differing === 1 ? "resource differs" : "resources differ"}.** ` +
        "`pulumi up --refresh` makes ENS as the program says.";
  return [title, verdict, reportText(report)].filter((part) => part !== "").join("\n\n");
}
