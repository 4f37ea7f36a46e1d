import { type Ran, start } from "../../scripts/run.cjs";

export interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const STRICT = ["-euo", "pipefail", "-c"];

/** Runs shell commands as a person types them. `input` answers the prompts on the terminal. */
export function bash(lines: string, place: Place, input = ""): Promise<Ran> {
  return start("bash", [...STRICT, lines], { ...place, input }).ended;
}

/** Runs shell commands. Throws an error with the whole output when the exit code is not 0. */
export async function succeed(lines: string, place: Place, input?: string): Promise<string> {
  const { code, output } = await bash(lines, place, input);
  if (code !== 0) throw new Error(`${lines}\nended with ${code}:\n${output}`);
  return output;
}

/** A program that continues to run, like a server in its own terminal. */
export interface Terminal {
  /**
   * Resolves with the first match in the output, also in later output. Rejects when the program ends without a match.
   */
  until(text: RegExp): Promise<RegExpExecArray>;
  printed(): string;
  /** Ends the program and all processes that it started. */
  close(): Promise<void>;
}

export function openTerminal(lines: string, place: Place): Terminal {
  // The program needs its own process group, because npx, for example, does not forward signals.
  const { child, ended, printed, until } = start("bash", [...STRICT, lines], { ...place, group: true });
  return {
    until,
    printed,
    async close() {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
        process.kill(-child.pid, "SIGTERM");
      }
      await ended;
    },
  };
}
