import { reason } from "../ens/errors";
import { runProgram } from "../process/run-program";
import { readKey } from "./read-key";
import { type KeySource, pollable, type Target } from "./strategy";

/**
 * Runs a program of the user that finds the verification key and prints it. The program gets id and URL of the callback in
 * its environment, and is killed when the time is up.
 */
export function command(
  { command: programAndArguments }: { readonly command: readonly string[] },
  { url }: Target,
): KeySource {
  let result: (() => Promise<string | undefined>) | undefined;
  let kill = () => {};
  return {
    awaited: "the program in verification.command to print the verification key",
    advice: "Make the program in verification.command print the verification key of the callback in ENS_CALLBACK_ID",
    key(callbackId) {
      if (result === undefined) {
        const env = { ENS_CALLBACK_ID: callbackId, ENS_CALLBACK_URL: url };
        const running = runProgram(programAndArguments, { env });
        kill = running.kill;
        result = pollable(
          running.output.then(
            (printed) => keyIn(printed, callbackId),
            (cause: unknown) => {
              throw new Error(`the program in verification.command ${reason(cause)}`, { cause });
            },
          ),
        );
      }
      return result();
    },
    close: async () => kill(),
  };
}

/** Reads the key of this callback from the output of the program. */
function keyIn(printed: string, callbackId: string): string {
  try {
    return readKey(printed, callbackId);
  } catch (cause) {
    throw new Error(`the output of the program in verification.command ${reason(cause)}`, { cause });
  }
}
