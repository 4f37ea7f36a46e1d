import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ran as Ended, type Options, type Running as Program, start } from "./run.cjs";

// Runs the Pulumi CLI for the demo, the benchmarks, the recordings and the tests.

/** One step that the engine planned or executed for an ENS resource. */
export interface Step {
  /** Pulumi's name of the operation, like `create`, `same`, `create-replacement`. */
  readonly op: string;
  /** The resource's name in the program. */
  readonly name: string;
}

export interface Ran extends Ended {
  readonly steps: Step[];
  /** The event log for a backend, with one JSON object on each line. */
  readonly log: string;
}

export interface Running extends Omit<Program, "ended"> {
  readonly ended: Promise<Ran>;
}

/** Returns the environment without the settings of the user's own tenant and stacks. */
export function withoutSettings(settings = /^(ENS|PULUMI)_/): Record<string, string> {
  const given = Object.entries(process.env as Record<string, string>);
  return Object.fromEntries(given.filter(([name]) => !settings.test(name)));
}

/** Returns settings with which the CLI does not change the user's files. The state is in `folder`. */
export function settingsOfCli(folder: string) {
  const [home, state] = [join(folder, "home"), join(folder, "state")];
  for (const made of [home, state]) mkdirSync(made, { recursive: true });
  return {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** Returns the environment with these settings and without the user's settings. */
export function isolated(folder: string, env = withoutSettings()) {
  return { ...env, ...settingsOfCli(folder) };
}

/** Returns the provider's settings for a simulator. */
export function settingsOf({ restUrl, authUrl }: { readonly restUrl: string; readonly authUrl: string }) {
  return {
    ENS_REST_URL: restUrl,
    ENS_AUTH_URL: authUrl,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
  };
}

/** Makes a folder a JavaScript project with the packages that are installed in `root`. */
export function writeProject(root: string, folder: string, name: string, main = "index.js"): void {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  nameProject(folder, name);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, main }));
}

export function nameProject(folder: string, name: string): void {
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
}

/** Writes the project's program. `pulumi` and `ens` are defined in it. */
export function writeProgram(folder: string, text: string): void {
  const head = 'const pulumi = require("@pulumi/pulumi");\nconst ens = require("pulumi-ens");\n';
  writeFileSync(join(folder, "index.js"), `${head}${text}\n`);
}

/** Returns additional arguments with which a command does not prompt. */
export function unasked(args: readonly string[]): string[] {
  const asks = ["up", "refresh", "destroy"].includes(args[0] ?? "") && !args.includes("--preview-only");
  return asks ? ["--yes", "--skip-preview"] : [];
}

let runs = 0;

/**
 * Starts the CLI without prompts. Commands of the engine get the stack and an event log.
 *
 * @param options.cwd the project. The event log is written there, or in `logs`.
 */
export function startPulumi(
  args: readonly string[],
  {
    stack,
    logs,
    program = "pulumi",
    color = "never",
    ...options
  }: Options & { cwd: string; stack: string; logs?: string; program?: string; color?: "never" | "always" },
): Running {
  const isOfEngine = ["up", "preview", "refresh", "destroy"].includes(args[0] ?? "");
  runs += 1;
  const events = join(logs ?? options.cwd, `events-${process.pid}-${runs}.json`);
  if (isOfEngine) writeFileSync(events, "");
  const own = isOfEngine ? [...unasked(args), "--stack", stack, "--event-log", events] : [];
  const { ended, ...running } = start(program, [...args, ...own, "--non-interactive", "--color", color], {
    ...options,
    // The event log is an option for debugging.
    env: { ...options.env, PULUMI_DEBUG_COMMANDS: "true" },
  });
  return {
    ...running,
    ended: ended.then((ran) => {
      const log = isOfEngine ? readFileSync(events, "utf8") : "";
      return { ...ran, log, steps: stepsOf(log) };
    }),
  };
}

/** Runs the CLI to its end. Rejects with the whole output when the exit code is not 0. */
export async function pulumi(args: readonly string[], options: Parameters<typeof startPulumi>[1]): Promise<Ran> {
  const ran = await startPulumi(args, options).ended;
  if (ran.code !== 0) throw new Error(`pulumi ${args.join(" ")} exited with code ${ran.code}:\n${ran.output}`);
  return ran;
}

function stepsOf(log: string): Step[] {
  const metadata = log
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).resourcePreEvent?.metadata as { op: string; urn: string } | undefined);
  return metadata.flatMap((step) => {
    if (step === undefined || !step.urn.includes("dynamic/ens:")) return [];
    return [{ op: step.op, name: step.urn.slice(step.urn.lastIndexOf("::") + 2) }];
  });
}
