import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Command } from "./command";
import { reportOf, reportText } from "./drift-report";
import { block, code } from "./markdown";
import { type Preview, previewIn } from "./preview";

const USAGE = `Usage: ens drift [--stack <name>] [--summary <file>] [options of 'pulumi preview']

Compares ENS with the Pulumi program in this folder and prints a summary as Markdown. Changes nothing.

  --stack <name>    the stack; the selected one when left out
  --summary <file>  appends the summary to this file too, for example to $GITHUB_STEP_SUMMARY

Exit code: 0 when ENS is as the program says, 7 when it is not, another one when that could not be found out.`;

/** Pulumi's code for "changes, where none were expected". */
const DRIFT = 7;

export const drift: Command = {
  summary: "says what differs between ENS and the program, as Markdown",
  async run(args) {
    const { help, summary, stack, others } = parsed(args);
    if (help) {
      console.log(USAGE);
      return 0;
    }
    console.error(`ens: comparing ENS with ${stack ?? "the selected stack"} …`);
    const ran = await pulumi([...others, ...(stack === undefined ? [] : ["--stack", stack])]);
    const preview = read(ran);
    for (const { severity, message } of preview.said) console.error(`${severity}: ${message}`);
    const text = markdown(stack ?? preview.stack, ran, preview);
    console.log(text);
    if (summary !== undefined) appendFileSync(summary, `${text}\n`);
    return ran.exitCode;
  },
};

/** What is not ours goes to Pulumi as it is. */
function parsed(args: string[]): { help: boolean; summary?: string; stack?: string; others: string[] } {
  const options = {
    help: { type: "boolean", short: "h" },
    stack: { type: "string", short: "s" },
    summary: { type: "string" },
  } as const;
  const { values, tokens } = parseArgs({ args, options, strict: false, tokens: true });
  const own = new Set(
    tokens.flatMap((token) => {
      if (token.kind === "option-terminator") return [token.index];
      if (token.kind !== "option" || !Object.hasOwn(options, token.name)) return [];
      return token.inlineValue === false ? [token.index, token.index + 1] : [token.index];
    }),
  );
  for (const option of ["stack", "summary"] as const) {
    if (values[option] === true || values[option] === "") throw new Error(`--${option} needs a value`);
  }
  const others = args.filter((_, at) => !own.has(at));
  const forbidden = others.find((arg) => /^--show-secrets|^(-j|--json|--diff)(=|$)/.test(arg));
  if (forbidden !== undefined) throw new Error(`${forbidden} is not for a summary; use it with 'pulumi preview'`);
  const given = (value: unknown) => (typeof value === "string" ? value : undefined);
  const [summary, stack] = [given(values.summary), given(values.stack)];
  return {
    help: values.help === true,
    others,
    ...(summary === undefined ? {} : { summary }),
    ...(stack === undefined ? {} : { stack }),
  };
}

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
