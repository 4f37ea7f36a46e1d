import { closeSync, existsSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { reason } from "../../ens/errors";
import { UsageError } from "./usage-error";

/** A file that only its owner may read, reserved before there is anything to write. */
export interface PrivateFile {
  /** Throws when the disk does not take it. */
  write(text: string): void;
  /** Leaves nothing behind. */
  discard(): void;
}

/**
 * Opens a new file of mode 600 beside its place, so that what cannot be written is known before a secret exists. Throws a
 * `UsageError`, also when a file is there already and `force` is not given.
 */
export function reservePrivateFile(option: string, path: string, force: boolean): PrivateFile {
  if (existsSync(path)) {
    if (statSync(path).isDirectory()) throw new UsageError(`${option} names a folder; give a file`);
    if (!force) throw new UsageError(`the file that ${option} names is there already; add --force to replace it`);
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
