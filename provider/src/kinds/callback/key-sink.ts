import { createHash } from "node:crypto";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { fileProblem } from "../../process/file-problem";
import { runProgram } from "../../process/run-program";
import { wrong } from "../../validation/problem";
import { text, words } from "../../validation/validators";

const WAY = `{ file: "path" } or { command: ["program", "argument"] }`;

/** Where a signature key goes instead of the state. */
export const keySink = z
  .strictObject(
    {
      file: text("the file to write the key into").optional(),
      command: words.optional(),
    },
    { error: (issue) => (issue.code === "invalid_type" ? wrong(issue.input, WAY) : undefined) },
  )
  .refine(({ file, command }) => (file === undefined) !== (command === undefined), { error: `takes one of ${WAY}` });

export type KeySink = z.output<typeof keySink>;

/** Delivers a key: into a file that its owner alone can read, whole or not at all; or to a program's stdin. */
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
    throw new Error(`the signature key could not be handed over: ${where} ${fileProblem(cause)}`, { cause });
  }
}

/** Tells keys apart without telling them. */
export function fingerprint(key: string): string {
  return `sha256:${createHash("sha256").update(key).digest("hex").slice(0, 16)}`;
}
