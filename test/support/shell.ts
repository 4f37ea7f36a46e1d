import { type Ran, start } from "../../scripts/run.cjs";

export interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const STRICT = ["-euo", "pipefail", "-c"];

/** Runs lines of a shell as a person types them; what is asked for on the terminal comes from `input`. */
export function bash(lines: string, place: Place, input = ""): Promise<Ran> {
  return start("bash", [...STRICT, lines], { ...place, input }).ended;
}

/** The same, and throws with the whole output when it does not end with 0. */
export async function succeed(lines: string, place: Place, input?: string): Promise<string> {
  const { code, output } = await bash(lines, place, input);
  if (code !== 0) throw new Error(`${lines}\nended with ${code}:\n${output}`);
  return output;
}

/** A program that runs on, like a server in a terminal of its own. */
export interface Terminal {
  /** Resolves with the first match in what it has printed, or prints later. Rejects when it ends without one. */
  until(text: RegExp): Promise<RegExpExecArray>;
  printed(): string;
  /** Ends it, and all that it started. */
  close(): Promise<void>;
}

export function openTerminal(lines: string, place: Place): Terminal {
  // A group of its own: npx, for one, passes no signal on.
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
