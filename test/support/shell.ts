import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs lines of a shell as a person types them; what is asked for on the terminal comes from `input`. */
export function bash(
  lines: string,
  { cwd, env }: Place,
  input = "",
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn("bash", ["-euo", "pipefail", "-c", lines], { cwd, env, stdio: "pipe" });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk));
  child.stdin.on("error", () => {}); // who asks nothing may end first
  child.stdin.end(input);
  return new Promise((done, failed) => child.once("error", failed).once("close", (code) => done({ code, output })));
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

export function openTerminal(lines: string, { cwd, env }: Place): Terminal {
  // A group of its own: npx, for one, passes no signal on.
  const child = spawn("bash", ["-euo", "pipefail", "-c", lines], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let ended = false;
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on("line", (line) => {
      printed += `${line}\n`;
      child.emit("printed");
    });
  }
  const closed = new Promise<void>((done) => child.once("close", () => done())).then(() => {
    ended = true;
  });
  return {
    until: (text) =>
      new Promise((done, failed) => {
        const look = () => {
          const match = text.exec(printed);
          if (match !== null) done(match);
          else if (ended) failed(new Error(`${lines} ended without ${text}:\n${printed}`));
        };
        child.on("printed", look);
        void closed.then(look);
        look();
      }),
    printed: () => printed,
    close() {
      if (!ended && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
      return closed;
    },
  };
}
