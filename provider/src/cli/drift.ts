import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { isUnknown } from "../lifecycle/unknown";
import { differencesOf, remarksOn, reportOf, reportText } from "./drift-report";
import { block, code } from "./markdown";
import { type Preview, parsePreview } from "./preview";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { JSON_OPTION } from "./shared/options";
import { UsageError } from "./shared/usage-error";

/** Pulumi's exit code for changes under `--expect-no-changes`. */
const DRIFT = 7;

export const drift = defineCommand(
  {
    name: "drift",
    summary: "Compare ENS with the program and report the differences as Markdown",
    about:
      "Compares ENS with the Pulumi program in this folder and prints the differences as Markdown. Changes nothing. Other " +
      "options, such as --target or --config, are passed on to `pulumi preview`.",
    options: {
      stack: { type: "string", short: "s", value: "name", text: "The stack. Default: the selected stack." },
      summary: {
        type: "string",
        value: "file",
        text: "Also append the summary to this file, for example to $GITHUB_STEP_SUMMARY.",
      },
      ...JSON_OPTION,
    },
    passesOnTo: "pulumi preview",
    exits: {
      0: "ENS matches the program.",
      7: "ENS differs from the program.",
      other: "The comparison failed. The code is that of `pulumi preview`, or 1.",
    },
  },
  async ({ values: { stack, summary, json }, others }, terminal) => {
    const forbidden = others.find((arg) => /^--show-secrets|^(-j|--diff)(=|$)/.test(arg));
    if (forbidden !== undefined) {
      throw new UsageError(`${forbidden} does not work with \`ens drift\`. Use it with \`pulumi preview\``);
    }
    terminal.note(`ens: comparing ENS with ${stack ?? "the selected stack"} …`);
    const ran = await pulumi([...others, ...(stack === undefined ? [] : ["--stack", stack])]);
    const preview = previewOf(ran);
    for (const { severity, message } of preview.diagnostics) terminal.note(`${severity}: ${message}`);
    const text = markdown(stack ?? preview.stack, ran, preview);
    if (json) printJson(terminal, documentOf(stack ?? preview.stack, ran, preview));
    else terminal.print(text);
    if (summary !== undefined) appendFileSync(summary, `${text}\n`);
    return ran.exitCode;
  },
);

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pulumi preview` without prompts. */
function pulumi(args: string[]): Promise<Ran> {
  const own = ["--refresh", "--expect-no-changes", "--json", "--show-sames", "--non-interactive", "--color", "never"];
  const { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: _, ...env } = process.env;
  const child = spawn("pulumi", ["preview", ...args, ...own], { env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((done, failed) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      const missing = "there is no `pulumi` on the PATH. Install the Pulumi CLI.";
      failed(cause.code === "ENOENT" ? new Error(missing, { cause }) : cause);
    });
    child.once("close", (exitCode) => done({ exitCode: exitCode ?? 1, stdout, stderr }));
  });
}

/** Parses what Pulumi printed. A preview that failed early prints no document, so its output becomes the error. */
function previewOf({ exitCode, stdout, stderr }: Ran): Preview {
  const preview = parsePreview(stdout);
  const { diagnostics } = preview;
  if (exitCode === 0 || exitCode === DRIFT || diagnostics.some(({ severity }) => severity === "error")) return preview;
  const text = [stderr.trim(), stdout.trim()].find((each) => each !== "") ?? "pulumi printed nothing";
  return { ...preview, diagnostics: [...diagnostics, { severity: "error", message: text.replace(/^error: /, "") }] };
}

function documentOf(stack: string | undefined, { exitCode }: Ran, { resources, diagnostics }: Preview): object {
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
    errors: diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message),
  };
}

function markdown(stack: string | undefined, { exitCode }: Ran, { resources, diagnostics }: Preview): string {
  const title = `## Drift of ${stack === undefined ? "the selected stack" : code(stack)}`;
  if (exitCode !== 0 && exitCode !== DRIFT) {
    const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
    return `${title}\n\n**Unknown:** the comparison failed with exit code ${exitCode}.\n\n${block(errors.join("\n"))}`;
  }
  const report = reportOf(resources);
  const differing = new Set(report.rows.map(([resource]) => resource)).size;
  const verdict =
    exitCode === 0
      ? "**No drift:** ENS matches the program."
      : `**${differing} ${differing === 1 ? "resource differs" : "resources differ"}.** ` +
        "Run `pulumi up --refresh` to make ENS match the program.";
  return [title, verdict, reportText(report)].filter((part) => part !== "").join("\n\n");
}
