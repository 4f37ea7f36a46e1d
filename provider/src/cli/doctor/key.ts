import { reason } from "../../ens/errors";
import { readKey } from "../check-receiver/secrets";
import { sentence } from "../shared/sentence";
import type { Context } from "./context";
import { failed, ok, type Result, skipped, warning } from "./result";

/** Length of all known keys of ENS. Source: ENS REST contract §2.1. */
const USUAL_BYTES = 32;

/** Checks that a file has a signature key in ENS's format. The key does not show which callback it belongs to. */
export async function checkKey({ options: { keyFile, keyName } }: Context): Promise<Result[]> {
  const subject = "signature key";
  if (keyFile === undefined) return [skipped(subject, "No file was given. Use --key-file <file>.")];
  try {
    const bytes = Buffer.from(readKey("--key-file", keyFile, keyName), "base64").length;
    if (bytes === USUAL_BYTES) return [ok(subject, `The file has a key of ${bytes} bytes in base64.`)];
    const text = `The key in the file has ${bytes} bytes, but all known keys of ENS have ${USUAL_BYTES}.`;
    return [warning(subject, text, "Compare the key with the output signatureKey of the stack.")];
  } catch (error) {
    return [failed(subject, sentence(reason(error)), adviceFor(error))];
  }
}

/** Returns advice on the file when it cannot be read, and otherwise on its content. */
function adviceFor(error: unknown): string {
  const { code, syscall } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  if (code === "ENOENT" || code === "ENOTDIR") {
    return "Check the file name. A relative name starts at the current folder.";
  }
  if (syscall !== undefined) return "Check the file name and the permissions of the file.";
  return "Write the key as `pulumi stack output signatureKey --show-secrets` prints it (add --json for a JSON file).";
}
