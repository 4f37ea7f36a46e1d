import { readFile, stat } from "node:fs/promises";
import { fileProblem } from "../process/file-problem";
import { findKey } from "./read-key";
import type { KeySource } from "./strategy";

const LARGEST_BYTES = 1024 * 1024;

/**
 * Reads the verification key from a file. The receiver writes the body of the verification request there, either alone or as
 * one line among others. `{callbackId}` in the path stands for the id.
 */
export function file({ path }: { readonly path: string }): KeySource {
  return {
    awaited: "the verification key in the file in verification.path",
    advice: `Write the body of ENS's verification request, {"callbackId":…,"verificationKey":…}, to the file in verification.path`,
    async key(callbackId) {
      const name = path.replaceAll("{callbackId}", callbackId);
      try {
        if ((await stat(name)).size > LARGEST_BYTES) throw new Error(`the file is larger than ${LARGEST_BYTES} bytes`);
        return findKey(await readFile(name, "utf8"), callbackId);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        const why = fileProblem(cause);
        throw new Error(`cannot read the verification key from the file in verification.path: ${why}`, { cause });
      }
    },
  };
}
