import { reason } from "../ens/errors";
import { runProgram } from "../process/run-program";
import { readKey } from "./read-key";
import { type KeySource, pollable, type Target } from "./strategy";

/**
 * A program of the user finds the key and prints it. It gets the ids in its environment, and is killed when the time
 * is up.
 */
export function command({ command: words }: { readonly command: readonly string[] }, { url }: Target): KeySource {
  let result: (() => Promise<string | undefined>) | undefined;
  let kill = () => {};
  return {
    awaited: "the program in verification.command to print the verification key",
    advice: "let the program in verification.command print the verification key of the callback in ENS_CALLBACK_ID",
    key(callbackId) {
      if (result === undefined) {
        const env = { ENS_CALLBACK_ID: callbackId, ENS_CALLBACK_URL: url };
        const running = runProgram(words, { env });
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

function keyIn(printed: string, callbackId: string): string {
  try {
    return readKey(printed, callbackId);
  } catch (cause) {
    throw new Error(`what the program in verification.command printed ${reason(cause)}`, { cause });
  }
}
