import { getCallback, type LiveCallback, regenerateSignatureKey } from "../ens/api";
import { EnsError, reason } from "../ens/errors";
import { looksGenerated } from "../kinds/names";
import type { Run } from "../run/run";
import { nothingWhenAbsent } from "./shared/absent";
import { confirm } from "./shared/confirm";
import { defineCommand } from "./shared/define-command";
import { type PrivateFile, reservePrivateFile } from "./shared/files";
import { printJson } from "./shared/json";
import { withRun } from "./shared/open-run";
import { JSON_OPTION, YES_OPTION } from "./shared/options";
import { endSentence } from "./shared/sentence";
import { UsageError } from "./shared/usage-error";
import { visible } from "./shared/visible";

export const rotateKey = defineCommand(
  {
    name: "rotate-key",
    summary: "Create a new signature key for a callback",
    about:
      "Creates a new signature key for a callback and writes it once, either to a file that only its owner may read or to " +
      "stdout. The old key is no longer used, so the receiver rejects all deliveries until it has the new key.\n" +
      "If a stack manages the callback, rotate the key with that stack: change signatureKeyVersion of the resource and run " +
      "`pulumi up`. A key that this command creates is not written to the state of the stack.",
    parameters: [{ name: "callbackId", text: "The id of the callback." }],
    options: {
      "key-file": { type: "string", value: "file", text: "The file for the new key. The file gets mode 600." },
      force: { type: "boolean", text: "Replace an existing file." },
      "show-key": { type: "boolean", text: "Print the new key on stdout instead of writing it to a file." },
      ...YES_OPTION,
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: {
      0: "The callback has a new key.",
      1: "No new key was written. The message says whether the callback has a new key.",
    },
  },
  async ({ values, parameters: [callbackId = ""] }, terminal) => {
    const path = values["key-file"];
    if ((path === undefined) === !values["show-key"]) {
      throw new UsageError("give either --key-file <file> or --show-key for the new key");
    }
    const file = path === undefined ? undefined : reservePrivateFile("--key-file", path, values.force);
    try {
      return await withRun(terminal, async (run) => {
        const callback = await requireCallback(run, callbackId);
        terminal.note(`ens: ${warningOf(callback)}`);
        const name = visible(callback.callbackName);
        if (!(await confirm(terminal, `Create a new signature key for callback ${name}?`, values.yes))) {
          terminal.note("ens: nothing was changed");
          return 1;
        }
        const signatureKey = await createKey(run, callbackId);
        writeKey(file, signatureKey);
        const place = file === undefined ? { signatureKey } : { keyFile: path };
        if (values.json) printJson(terminal, { callbackId, callbackName: callback.callbackName, ...place });
        else terminal.print(file === undefined ? signatureKey : `Callback ${name} has a new key in ${path}.`);
        return 0;
      });
    } finally {
      file?.discard();
    }
  },
);

async function requireCallback(run: Run, id: string): Promise<LiveCallback> {
  const callback = await getCallback(run.ens, id).catch(nothingWhenAbsent);
  if (callback === undefined) {
    throw new Error(`this business unit has no callback ${id}. Run \`ens list callbacks\` to see all ids.`);
  }
  return callback;
}

/** Returns the warning before the question. A callback does not show whether a stack manages it, only its name may. */
function warningOf({ callbackName }: LiveCallback): string {
  const manages = looksGenerated(callbackName) ? "a stack probably manages" : "a stack may manage";
  return (
    `${manages} callback ${visible(callbackName)}. In that case, change signatureKeyVersion of the resource and run ` +
    "`pulumi up` instead, because this command does not write the new key to a state."
  );
}

async function createKey(run: Run, callbackId: string): Promise<string> {
  const answer = await regenerateSignatureKey(run.ens, callbackId).catch((error: unknown) => {
    if (!(error instanceof EnsError && error.lost)) throw error;
    throw new Error(
      `ENS may have created a new key for callback ${callbackId}: ${endSentence(reason(error))} Run the same command again.`,
      { cause: error },
    );
  });
  if (answer === undefined) throw new Error(`ENS returned no new key for callback ${callbackId}. Try again later.`);
  return answer.signatureKey;
}

function writeKey(file: PrivateFile | undefined, signatureKey: string): void {
  try {
    file?.write(`${signatureKey}\n`);
  } catch (cause) {
    throw new Error(
      `the callback has a new key, but the key could not be written to the file: ${endSentence(reason(cause))} ` +
        "Run the command again with --show-key or another --key-file to create another key.",
      { cause },
    );
  }
}
