import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Ran as Ended, type Options, type Running as Program, start } from "./run.cjs";

// Drives the Pulumi CLI, for the demo, the benchmarks, the recordings and the tests.

/** One step that the engine planned or did to an ENS resource. */
export interface Step {
  /** Pulumi's word, like `create`, `same`, `create-replacement`. */
  readonly op: string;
  /** The resource's name in the program. */
  readonly name: string;
}

export interface Ran extends Ended {
  readonly steps: Step[];
  /** What a backend gets, one JSON object in a line. */
  readonly log: string;
}

export interface Running extends Omit<Program, "ended"> {
  readonly ended: Promise<Ran>;
}

/** The environment without the settings of the user's own tenant and stacks. */
export function withoutSettings(settings = /^(ENS|PULUMI)_/): Record<string, string> {
  const given = Object.entries(process.env as Record<string, string>);
  return Object.fromEntries(given.filter(([name]) => !settings.test(name)));
}

/** The settings by which the CLI touches nothing of the user's, with `folder` for its state. */
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

/** The environment with these settings and without the user's. */
export function isolated(folder: string, env = withoutSettings()) {
  return { ...env, ...settingsOfCli(folder) };
}

/** The provider's settings for a simulator. */
export function settingsOf({ restUrl, authUrl }: { readonly restUrl: string; readonly authUrl: string }) {
  return {
    ENS_REST_URL: restUrl,
    ENS_AUTH_URL: authUrl,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
  };
}

/** Makes a JavaScript project of a folder, with the packages that are installed in `root`. */
export function writeProject(root: string, folder: string, name: string, main = "index.js"): void {
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  nameProject(folder, name);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, main }));
}

export function nameProject(folder: string, name: string): void {
  writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
}

/** Writes the project's program; `pulumi` and `ens` are there. */
export function writeProgram(folder: string, text: string): void {
  const head = 'const pulumi = require("@pulumi/pulumi");\nconst ens = require("pulumi-ens");\n';
  writeFileSync(join(folder, "index.js"), `${head}${text}\n`);
}

/** What is added to a command, so that it asks nothing. */
export function unasked(args: readonly string[]): string[] {
  const asks = ["up", "refresh", "destroy"].includes(args[0] ?? "") && !args.includes("--preview-only");
  return asks ? ["--yes", "--skip-preview"] : [];
}

let runs = 0;

/**
 * Starts the CLI. It asks nothing; commands of the engine get the stack and an event log.
 *
 * @param options.cwd the project; the event log is written there too, or in `logs`
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

/** The same to its end. Rejects with the whole output when it does not end with 0. */
export async function pulumi(args: readonly string[], options: Parameters<typeof startPulumi>[1]): Promise<Ran> {
  const ran = await startPulumi(args, options).ended;
  if (ran.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${ran.code}:\n${ran.output}`);
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
