import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");

/** One step that the engine planned or did to an ENS resource. */
export interface Step {
  /** Pulumi's word, like `create`, `same`, `create-replacement`. */
  readonly op: string;
  /** The resource's name in the program. */
  readonly name: string;
}

export interface Ran {
  readonly code: number | null;
  /** All that a person saw. */
  readonly output: string;
  readonly steps: Step[];
}

/** An object of an exported state. */
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

/** A stack with its own program, state and home, driven by the real CLI. */
export interface Stack {
  /** The project. */
  readonly folder: string;
  /** Replaces the program; `pulumi` and `ens` are there. */
  program(text: string): void;
  /** Runs the CLI, asks nothing, and shows what each step did. */
  pulumi(...args: string[]): Promise<Ran>;
  /** The same, and throws with the whole output when it ends with another code. */
  ok(...args: string[]): Promise<Ran>;
  /** Runs lines of a shell in the project, as a person or a pipeline would; the two outputs apart. */
  shell(lines: string, more?: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string; errors: string }>;
  /** The state as it is stored, text and resources of ENS. */
  stored(): Promise<{ text: string; resources: Exported[] }>;
  /** Gives project and stack other names, in the state and in the project's file. */
  rename(project: string, stack: string): Promise<void>;
  /** Changes the stored state as its text. */
  edit(change: (text: string) => string): Promise<void>;
  /** All that was printed, and all events a backend would get, since the stack was made. */
  seen(): string;
  /** Ends all CLIs and shells that run, and nothing that they started: a provider process lives on until the stack is closed. */
  killCli(signal?: "SIGKILL" | "SIGTERM" | "SIGINT"): void;
  /** Ends all CLIs and shells that run, and what they started, at once, as a lost machine would. */
  kill(): void;
  close(): void;
}

/** What the CLI needs to touch nothing of the user's, with `folder` for its state. */
export function isolated(folder: string): NodeJS.ProcessEnv {
  const [home, state] = [join(folder, "home"), join(folder, "state")];
  for (const made of [home, state]) mkdirSync(made, { recursive: true });
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ENS|PULUMI)_/.test(name))),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** Makes a stack `dev` of a JavaScript project. `settings` go into the environment, over those of the simulator. */
export async function createStack(
  simulator: { readonly restUrl: string; readonly authUrl: string },
  settings: NodeJS.ProcessEnv = {},
): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  const nameProject = (name: string) => writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
  nameProject("shop");
  let named = "dev";
  writeFileSync(join(folder, "package.json"), '{ "private": true, "main": "index.js" }');
  const env = {
    ...isolated(folder),
    ENS_REST_URL: simulator.restUrl,
    ENS_AUTH_URL: simulator.authUrl,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
    // The simulator has no such lag unless a test asks for it.
    ENS_ACTIVATION_WAIT: "0s",
    // The event log is an option for debugging.
    PULUMI_DEBUG_COMMANDS: "true",
    ...settings,
  };
  const running = new Set<ChildProcess>();
  /** What a CLI has started that was killed alone. */
  const left: number[] = [];
  let seen = "";
  let runs = 0;

  async function pulumi(...args: string[]): Promise<Ran> {
    const [command = ""] = args;
    const logs = ["up", "preview", "refresh", "destroy"].includes(command);
    runs += 1;
    const events = join(folder, `events-${runs}.json`);
    const yes = logs && command !== "preview" && !args.includes("--preview-only") ? ["--yes", "--skip-preview"] : [];
    const own = logs ? [...yes, "--stack", named, "--event-log", events] : [];
    writeFileSync(events, "");
    const child = spawn("pulumi", [...args, ...own, "--non-interactive", "--color", "never"], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
    const code = await new Promise<number | null>((done, failed) => child.once("error", failed).once("close", done));
    running.delete(child);
    const log = readFileSync(events, "utf8");
    if (!args.includes("--show-secrets")) seen += output + shownOf(log);
    return { code, output, steps: stepsOf(log) };
  }

  async function ok(...args: string[]): Promise<Ran> {
    const ran = await pulumi(...args);
    if (ran.code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${ran.code}:\n${ran.output}`);
    return ran;
  }

  const stack: Stack = {
    folder,
    program: (text) =>
      writeFileSync(
        join(folder, "index.js"),
        `const pulumi = require("@pulumi/pulumi");\nconst ens = require("pulumi-ens");\n${text}\n`,
      ),
    pulumi,
    ok,
    async shell(lines, more = {}) {
      const child = spawn("bash", ["-euo", "pipefail", "-c", lines], {
        cwd: folder,
        env: { ...env, ...more },
        stdio: ["ignore", "pipe", "pipe"],
      });
      running.add(child);
      let [output, errors] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => (output += chunk));
      child.stderr.on("data", (chunk: Buffer) => (errors += chunk));
      const code = await new Promise<number | null>((done, failed) => child.once("error", failed).once("close", done));
      running.delete(child);
      seen += output + errors;
      return { code, output, errors };
    },
    async stored() {
      const { output } = await ok("stack", "export", "--stack", named);
      const { deployment } = JSON.parse(output) as { deployment: { resources?: Exported[] } };
      const resources = (deployment.resources ?? []).filter(({ type }) => type.includes("dynamic/ens:"));
      return { text: output, resources };
    },
    async rename(project, name) {
      await ok("stack", "rename", `organization/${project}/${name}`, "--stack", named);
      nameProject(project);
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
      for (const { pid = 0 } of running) left.push(...descendants(pid).filter((each) => each !== pid));
      for (const child of running) child.kill(signal);
    },
    kill: () => end([...running].flatMap(({ pid }) => (pid === undefined ? [] : descendants(pid)))),
    close: () => {
      end(left);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await ok("stack", "init", "dev");
  return stack;
}

/** Some of them may have ended by themselves. */
function end(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {}
  }
}

/** A process and all that it started: plugins are in groups of their own, so each is looked for before its parent is gone. */
function descendants(pid: number): number[] {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.filter(([, of]) => of === parent).flatMap(([child]) => [child as number, ...below(child as number)]);
  return [pid, ...below(pid)];
}

/** The log also has what only `--debug` shows, where the SDK writes every answer of the engine in clear. */
function shownOf(log: string): string {
  return log
    .split("\n")
    .filter((line) => line !== "" && JSON.parse(line).diagnosticEvent?.severity !== "debug")
    .join("\n");
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

/** What was really done, in order; what stayed the same and what was only read is left out. */
export function changes({ steps }: Ran): string[] {
  return steps.filter(({ op }) => op !== "same" && op !== "refresh").map(({ op, name }) => `${op} ${name}`);
}
