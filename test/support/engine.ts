import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  isolated,
  nameProject,
  type Ran,
  settingsOf,
  startPulumi,
  writeProgram,
  writeProject,
} from "../../scripts/pulumi.ts";
import { type Running, start } from "../../scripts/run.cjs";

export type { Ran } from "../../scripts/pulumi.ts";

const ROOT = resolve(__dirname, "../..");

/** A resource of an exported state. */
export interface Exported {
  readonly id: string;
  readonly urn: string;
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly initErrors?: string[];
  readonly sourcePosition?: string;
  readonly stackTrace?: unknown[];
}

/** A stack with its own program, state and home, which the real CLI runs. */
export interface Stack {
  /** The folder of the project. */
  readonly folder: string;
  /** Replaces the program. `pulumi` and `ens` are defined in it. */
  program(text: string): void;
  /** Runs the CLI without prompts and with the details of each step. */
  pulumi(...args: string[]): Promise<Ran>;
  /** Runs the CLI. Throws an error with the whole output when the exit code is not 0. */
  ok(...args: string[]): Promise<Ran>;
  /** Runs shell commands in the project, as a person or a pipeline would. Returns stdout and stderr separately. */
  shell(lines: string, more?: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string; errors: string }>;
  /** Returns the stored state: its text and its ENS resources. */
  stored(): Promise<{ text: string; resources: Exported[] }>;
  /** Renames the project and the stack, in the state and in the project's file. */
  rename(project: string, stack: string): Promise<void>;
  /** Changes the text of the stored state. */
  edit(change: (text: string) => string): Promise<void>;
  /** Returns everything that was printed, and all events for a backend, since the stack was created. */
  seen(): string;
  /**
   * Kills all running CLIs and shells, and nothing that they started. A provider process continues until the stack is
   * closed.
   */
  killCli(signal?: "SIGKILL" | "SIGTERM" | "SIGINT"): void;
  /** Kills all running CLIs and shells, and all that they started, as when a machine is lost. */
  kill(): void;
  close(): void;
}

/**
 * Creates a stack `dev` of a JavaScript project. The environment has the simulator's settings and `settings`, which
 * takes precedence.
 */
export async function createStack(
  simulator: { readonly restUrl: string; readonly authUrl: string },
  settings: NodeJS.ProcessEnv = {},
): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  writeProject(ROOT, folder, "shop");
  let named = "dev";
  const env = {
    ...isolated(folder),
    ...settingsOf(simulator),
    // The simulator does not delay unless a test asks for it.
    ENS_ACTIVATION_WAIT: "0s",
    ...settings,
  };
  const running = new Set<Pick<Running, "child">>();
  /** Processes that remain from CLIs that were killed alone. */
  const left: number[] = [];
  let seen = "";

  async function untilEnded<Result>(program: Pick<Running, "child"> & { ended: Promise<Result> }): Promise<Result> {
    running.add(program);
    const ran = await program.ended;
    running.delete(program);
    return ran;
  }

  async function pulumi(...args: string[]): Promise<Ran> {
    const ran = await untilEnded(startPulumi(args, { cwd: folder, env, stack: named }));
    if (!args.includes("--show-secrets")) seen += ran.output + shownOf(ran.log);
    return ran;
  }

  async function ok(...args: string[]): Promise<Ran> {
    const ran = await pulumi(...args);
    if (ran.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${ran.code}:\n${ran.output}`);
    return ran;
  }

  const stack: Stack = {
    folder,
    program: (text) => writeProgram(folder, text),
    pulumi,
    ok,
    async shell(lines, more = {}) {
      const options = { cwd: folder, env: { ...env, PULUMI_DEBUG_COMMANDS: "true", ...more } };
      const { code, stdout, stderr } = await untilEnded(start("bash", ["-euo", "pipefail", "-c", lines], options));
      seen += stdout + stderr;
      return { code, output: stdout, errors: stderr };
    },
    async stored() {
      const { output } = await ok("stack", "export", "--stack", named);
      const { deployment } = JSON.parse(output) as { deployment: { resources?: Exported[] } };
      const resources = (deployment.resources ?? []).filter(({ type }) => type.includes("dynamic/ens:"));
      return { text: output, resources };
    },
    async rename(project, name) {
      await ok("stack", "rename", `organization/${project}/${name}`, "--stack", named);
      nameProject(folder, project);
      named = name;
    },
    async edit(change) {
      const path = join(folder, "edited.json");
      await ok("stack", "export", "--file", path, "--stack", named);
      writeFileSync(path, change(readFileSync(path, "utf8")));
      await ok("stack", "import", "--file", path, "--stack", named);
    },
    seen: () => seen,
    killCli: (signal = "SIGKILL") => {
      for (const { child } of running) {
        left.push(...descendants(child.pid).filter((each) => each !== child.pid));
        child.kill(signal);
      }
    },
    kill: () => end([...running].flatMap(({ child }) => descendants(child.pid))),
    close: () => {
      end(left);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await ok("stack", "init", "dev");
  return stack;
}

/** Kills processes. Some of them may have ended already. */
function end(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {}
  }
}

/**
 * Returns a process and all that it started. Plugins are in separate groups, so they must be found before their parent
 * ends.
 */
function descendants(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.filter(([, of]) => of === parent).flatMap(([child]) => [child as number, ...below(child as number)]);
  return [pid, ...below(pid)];
}

/** Removes the lines that only `--debug` shows, in which the SDK writes every response of the engine in clear. */
function shownOf(log: string): string {
  return log
    .split("\n")
    .filter((line) => line !== "" && JSON.parse(line).diagnosticEvent?.severity !== "debug")
    .join("\n");
}

/** Returns the changes in order, without unchanged and read resources. */
export function changes({ steps }: Ran): string[] {
  return steps.filter(({ op }) => op !== "same" && op !== "refresh").map(({ op, name }) => `${op} ${name}`);
}
