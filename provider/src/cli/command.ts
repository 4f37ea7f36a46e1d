import type { Terminal } from "./shared/terminal";

/** One command of `ens`. */
export interface Command {
  /** The purpose of the command, in half a line. */
  readonly summary: string;
  /**
   * Runs the command with the arguments after its name and resolves with the exit code. The caller prints the message of
   * an error.
   */
  run(args: string[], terminal?: Terminal): Promise<number>;
}
