import { createHash } from "node:crypto";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { fileProblem } from "../../process/file-problem";
import { runProgram } from "../../process/run-program";
import type { CallbackState } from "./schema";

type KeySink = NonNullable<CallbackState["signatureKeySink"]>;

/** Writes a key atomically into a file that only its owner can read, or to the standard input of a program. */
export async function deliverKey(sink: KeySink, key: string, callbackId: string): Promise<void> {
  try {
    if (sink.file !== undefined) {
      const name = `${sink.file}.${process.pid}.tmp`;
      try {
        await writeFile(name, key, { mode: 0o600 });
        await chmod(name, 0o600);
        await rename(name, sink.file);
      } finally {
        await rm(name, { force: true });
      }
    } else {
      const env = { ENS_CALLBACK_ID: callbackId };
      await runProgram(sink.command ?? [], { env, stdin: key, secrets: [key] }).output;
    }
  } catch (cause) {
    const where = sink.file === undefined ? "the program in signatureKeySink.command" : "signatureKeySink.file:";
    throw new Error(`the signature key could not be written to the key sink: ${where} ${fileProblem(cause)}`, {
      cause,
    });
  }
}

/** Returns a text that identifies a key without revealing it. */
export function fingerprint(key: string): string {
  return `sha256:${createHash("sha256").update(key).digest("hex").slice(0, 16)}`;
}
