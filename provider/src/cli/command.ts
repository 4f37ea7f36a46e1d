import type { Terminal } from "./shared/terminal";

/** One command of `ens`: a folder or file of its own beside this one. */
export interface Command {
  /** What it is for, in half a line. */
  readonly summary: string;
  /** `args` are those after the command's name; resolves with the exit code. An error is shown by its message alone. */
  run(args: string[], terminal?: Terminal): Promise<number>;
}
