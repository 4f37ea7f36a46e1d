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
import { UsageError } from "./shared/usage-error";
import { visible } from "./shared/visible";

export const rotateKey = defineCommand(
  {
    name: "rotate-key",
    summary: "makes another signature key for a callback",
    about:
      "Makes another signature key for a callback, and hands it over once: into a file that only its owner may read, or " +
      "to stdout. The receiver must know the new key, or it refuses all deliveries.\n" +
      "A callback that a stack holds should be rotated by that stack: give the resource another signatureKeyVersion and " +
      "run `pulumi up`. The state of the stack does not learn of a key that is made here.",
    parameters: [{ name: "callbackId", text: "the id of the callback" }],
    options: {
      "key-file": { type: "string", value: "file", text: "where the new key goes; the file gets mode 600" },
      force: { type: "boolean", text: "replaces a file that is there already" },
      "show-key": { type: "boolean", text: "prints the new key on stdout, in place of --key-file" },
      ...YES_OPTION,
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "The callback has a new key.", 1: "No new key was handed over; the message says what became of it." },
  },
  async ({ values, parameters: [callbackId = ""] }, terminal) => {
    const path = values["key-file"];
    if ((path === undefined) === !values["show-key"]) {
      throw new UsageError("the new key needs one place: give either --key-file <file> or --show-key");
    }
    const file = path === undefined ? undefined : reservePrivateFile("--key-file", path, values.force);
    try {
      return await withRun(terminal, async (run) => {
        const callback = await requireCallback(run, callbackId);
        terminal.note(`ens: ${warningOf(callback)}`);
        const name = visible(callback.callbackName);
        if (!(await confirm(terminal, `Make another signature key for callback ${name}?`, values.yes))) {
          terminal.note("ens: nothing was changed");
          return 1;
        }
        const signatureKey = await makeKey(run, callbackId);
        keep(file, signatureKey);
        const place = file === undefined ? { signatureKey } : { keyFile: path };
        if (values.json) printJson(terminal, { callbackId, callbackName: callback.callbackName, ...place });
        else terminal.print(file === undefined ? signatureKey : `Callback ${name} has a new key; it is in ${path}.`);
        return 0;
      });
    } finally {
      file?.discard();
    }
  },
);

async function requireCallback(run: Run, id: string): Promise<LiveCallback> {
  const callback = await getCallback(run.ens, id).catch(nothingWhenAbsent);
  if (callback === undefined) throw new Error(`there is no callback ${id} here; \`ens list callbacks\` shows the ids`);
  return callback;
}

/** Nothing at a callback says whether a stack holds it. */
function warningOf({ callbackName }: LiveCallback): string {
  const holds = looksGenerated(callbackName) ? "a stack probably holds" : "a stack may hold";
  return (
    `${holds} callback ${visible(callbackName)}; then give its resource another signatureKeyVersion and run ` +
    "`pulumi up` instead, because a state does not learn of a key that is made here"
  );
}

async function makeKey(run: Run, callbackId: string): Promise<string> {
  const answer = await regenerateSignatureKey(run.ens, callbackId).catch((error: unknown) => {
    if (!(error instanceof EnsError && error.lost)) throw error;
    throw new Error(
      `whether callback ${callbackId} has a new key is not known: ${reason(error)}; run the same command again`,
      { cause: error },
    );
  });
  if (answer === undefined) throw new Error(`ENS gave no new key for callback ${callbackId}; try again later`);
  return answer.signatureKey;
}

function keep(file: PrivateFile | undefined, signatureKey: string): void {
  try {
    file?.write(`${signatureKey}\n`);
  } catch (cause) {
    throw new Error(
      `the callback has a new key, and the file did not take it: ${reason(cause)}; make another key by --show-key or ` +
        "another --key-file",
      { cause },
    );
  }
}
