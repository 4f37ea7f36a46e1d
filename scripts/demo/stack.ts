import { type Step, startPulumi, unasked, withoutSettings } from "../pulumi.ts";
import { Failed, say } from "./report.ts";
import { ROOT, type World } from "./world.ts";

/** Commands of the CLI, as in the README. Options that only the demo needs are added below. */
export const COMMANDS = {
  init: ["stack", "init", "dev"],
  up: ["up"],
  drift: ["preview", "--diff", "--expect-no-changes"],
  repair: ["up"],
  noDrift: ["preview", "--expect-no-changes"],
  keys: ["stack", "output", "signatureKeys", "--json", "--show-secrets"],
  destroy: ["destroy"],
};

/**
 * Runs the CLI with visible output. Resolves with the steps that it planned or took for ENS resources.
 *
 * @param expected exit code
 */
export async function pulumi(world: World, command: string[], expected: number = 0): Promise<Step[]> {
  say(`$ pulumi ${[...command, ...unasked(command)].join(" ")}`);
  const own = command[0] === "stack" ? [] : ["--config-file", world.configFile];
  const { code, steps } = await run(world, [...command, ...own], (line) => {
    if (line.trim() !== "") say(`  ${line}`);
  });
  say("");
  if (code !== expected) throw new Failed(`pulumi ${command[0]} exited with code ${code} instead of ${expected}`);
  return steps;
}

/** Runs the CLI without showing its output, which contains secrets. */
export async function runHidden(world: World, command: string[]) {
  say(`$ pulumi ${command.join(" ")}   (output hidden: it contains secrets)`);
  const { code, stdout } = await run(world, [...command, "--stack", "dev"], () => {});
  if (code !== 0) throw new Failed(`pulumi ${command.join(" ")} exited with code ${code}`);
  return stdout;
}

async function run(
  { pulumi: program, env, folder, interrupted }: World,
  args: string[],
  onLine: (line: string) => void,
) {
  interrupted.throwIfAborted();
  const { ended, stop } = startPulumi(args, {
    program,
    stack: "dev",
    // `stack init` writes into the settings file of the stack, so it runs in the folder of the copy.
    cwd: args[0] === "stack" ? folder : ROOT,
    logs: folder,
    env: { ...withoutSettings(), ...env },
    color: process.stdout.isTTY ? "always" : "never",
    // Ctrl-C in a terminal reaches only the demo. After one signal, the CLI finishes the operations that it has begun.
    // A second signal would abort them.
    group: true,
    onLine,
  });
  const end = () => void stop("SIGINT");
  interrupted.addEventListener("abort", end, { once: true });
  const ran = await ended;
  interrupted.removeEventListener("abort", end);
  interrupted.throwIfAborted();
  if (ran.code === null) throw new Failed(ran.why);
  return ran;
}
