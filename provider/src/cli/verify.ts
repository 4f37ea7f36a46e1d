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
    summary: "Verify a callback with its verification key",
    about:
      "Sends the verification key of a callback to ENS, which verifies the callback. The key is read from a file or from " +
      "stdin: either the key alone or the whole JSON body of the verification request. ENS accepts a key once and within " +
      "four hours.",
    parameters: [{ name: "callbackId", text: "The id of the callback." }],
    options: {
      "key-file": { type: "string", value: "file", text: "A file with the key. Default: stdin." },
      ...JSON_OPTION,
    },
    callsEns: true,
    exits: { 0: "The callback is verified, now or already before.", 1: "The callback is not verified." },
  },
  async ({ values, parameters: [callbackId = ""] }, terminal) => {
    const verificationKey = await keyFrom(values["key-file"], callbackId, terminal);
    const already = await withRun(terminal, (run) => sendKey(run, callbackId, verificationKey));
    if (values.json) printJson(terminal, { callbackId, status: "verified", verifiedBefore: already });
    else terminal.print(`Callback ${callbackId} ${already ? "was already verified" : "is verified"}.`);
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

/** Verifies the callback and resolves with `true` if it was verified before. Rejects when ENS rejects the key. */
async function sendKey(run: Run, callbackId: string, verificationKey: string): Promise<boolean> {
  const before = await getCallbackStatus(run.ens, callbackId).catch(nothingWhenAbsent);
  if (before === undefined) {
    const unit = await run.accountId();
    const where = unit === undefined ? "this business unit" : `business unit ${unit}`;
    throw new Error(
      `${where} has no callback ${callbackId}. Run \`ens list callbacks\` to see all ids, or select another business unit with ENS_ACCOUNT_ID.`,
    );
  }
  if (isVerified(before.status)) return true;
  const rejection = await verifyCallback(run.ens, { callbackId, verificationKey }).then(
    () => undefined,
    (error: unknown) => {
      // When the response was lost or the key was used a moment ago, the callback may be verified: read its status.
      if (error instanceof EnsError && (error.lost || [304, 400, 404].includes(error.status ?? 0))) return error;
      throw error;
    },
  );
  if (rejection === undefined) return false;
  const after = await getCallbackStatus(run.ens, callbackId);
  if (isVerified(after.status)) return false;
  throw new Error(
    `ENS rejected the key (${reason(rejection)}). The key is wrong, was used before, or is older than four hours. ` +
      "Replace the callback to get a new key.",
    { cause: rejection },
  );
}
