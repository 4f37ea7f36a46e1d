import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { reason } from "../../ens/errors";
import { UsageError } from "./usage-error";

/** A file that only its owner may read. The file is reserved before its content exists. */
export interface PrivateFile {
  /** Writes the text and moves the file to its place. Throws when that fails. */
  write(text: string): void;
  /** Deletes the reserved file unless it was written. */
  discard(): void;
}

/**
 * Creates an empty file of mode 600 next to the path, so that a folder without write access is found before a secret
 * exists. Throws a `UsageError`, also when the file exists and `force` is false.
 */
export function reservePrivateFile(option: string, path: string, force: boolean): PrivateFile {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) throw new UsageError(`${option} names a folder. Give a file`);
    if (!force) throw new UsageError(`the file that ${option} names exists. Add --force to replace it`);
  }
  const draft = `${path}.${process.pid}.tmp`;
  try {
    closeSync(openSync(draft, "wx", 0o600));
  } catch (cause) {
    throw new UsageError(`cannot write the file that ${option} names: ${reason(cause)}`, { cause });
  }
  return {
    write(text) {
      writeFileSync(draft, text);
      renameSync(draft, path);
    },
    discard: () => rmSync(draft, { force: true }),
  };
}
