import { runProgram } from "./program";
import { eventually, type KeySource, type Target } from "./strategy";

/**
 * A program of the user finds the key and prints it. It gets the ids in its environment, and is killed when the time
 * is up.
 */
export function command({ command: words }: { readonly command: readonly string[] }, { url }: Target): KeySource {
  const [program = ""] = words;
  let result: (() => Promise<string | undefined>) | undefined;
  let kill = () => {};
  return {
    awaited: `${program} to print the verification key`,
    advice: `let ${program} print the verification key of the callback in ENS_CALLBACK_ID`,
    key(callbackId) {
      if (result === undefined) {
        const env = { ENS_CALLBACK_ID: callbackId, ENS_CALLBACK_URL: url };
        const running = runProgram(words, { env });
        kill = running.kill;
        result = eventually(
          running.output.then((printed) => {
            if (/^\S+$/.test(printed)) return printed;
            throw new Error(
              `${program} printed ${printed === "" ? "nothing" : "more than one word"}, not the key alone`,
            );
          }),
        );
      }
      return result();
    },
    close: async () => kill(),
  };
}
