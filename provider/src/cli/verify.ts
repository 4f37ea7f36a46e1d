import { readFileSync } from "node:fs";
import { getCallbackStatus, verifyCallback } from "../ens/api";
import { isVerified } from "../ens/callback-status";
import { EnsError, reason } from "../ens/errors";
import type { Run } from "../run/run";
import { readKey } from "../verification/read-key";
import { nothingWhenAbsent } from "./shared/absent";
import { defineCommand } from "./shared/define-command";
import { printJson } from "./shared/json";
import { withRun } from "./shared/open-run";
import { JSON_OPTION } from "./shared/options";
import type { Terminal } from "./shared/terminal";
import { UsageError } from "./shared/usage-error";

export const verify = defineCommand(
  {
    name: "verify",
    summary: "gives the verification key of a callback to ENS",
    about:
      "Gives the verification key of a callback to ENS, which verifies it. The key comes from a file or from stdin: the key " +
      "alone, or the whole JSON that ENS posted to the receiver. ENS takes a key once, and for four hours.",
    parameters: [{ name: "callbackId", text: "the id of the callback" }],
    options: {
      "key-file": { type: "string", value: "file", text: "a file with the key; stdin is read when this is left out" },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "The callback is verified, perhaps since earlier.", 1: "It is not verified." },
  },
  async ({ values, parameters: [callbackId = ""] }, terminal) => {
    const verificationKey = await keyFrom(values["key-file"], callbackId, terminal);
    const already = await withRun(terminal, (run) => giveKey(run, callbackId, verificationKey));
    if (values.json) printJson(terminal, { callbackId, status: "verified", verifiedBefore: already });
    else terminal.print(`Callback ${callbackId} ${already ? "was verified before" : "is verified"}.`);
    return 0;
  },
);

async function keyFrom(file: string | undefined, callbackId: string, terminal: Terminal): Promise<string> {
  const from = file === undefined ? "the text on stdin" : "the text of --key-file";
  let text: string;
  try {
    text = file === undefined ? await terminal.readInput() : readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`${from} cannot be read: ${reason(cause)}`, { cause });
  }
  try {
    return readKey(text, callbackId);
  } catch (cause) {
    throw new UsageError(`${from} ${reason(cause)}`, { cause });
  }
}

/** Whether the callback had been verified before. Rejects when ENS does not take the key. */
async function giveKey(run: Run, callbackId: string, verificationKey: string): Promise<boolean> {
  const before = await getCallbackStatus(run.ens, callbackId).catch(nothingWhenAbsent);
  if (before === undefined) {
    const unit = (await run.accountId()) ?? "of the settings";
    throw new Error(
      `business unit ${unit} has no callback ${callbackId}; \`ens list callbacks\` shows the ids, and ENS_ACCOUNT_ID chooses the business unit`,
    );
  }
  if (isVerified(before.status)) return true;
  const refused = await verifyCallback(run.ens, { callbackId, verificationKey }).then(
    () => undefined,
    (error: unknown) => {
      // A lost answer is no answer: the status tells. So it is with a key that was used a moment ago.
      if (error instanceof EnsError && (error.lost || [304, 400, 404].includes(error.status ?? 0))) return error;
      throw error;
    },
  );
  if (refused === undefined) return false;
  const after = await getCallbackStatus(run.ens, callbackId);
  if (isVerified(after.status)) return false;
  throw new Error(
    `ENS does not take the key (${reason(refused)}): it is wrong, was used, or is older than four hours; ` +
      "a new callback gets a new key",
    { cause: refused },
  );
}
