import { getSystemErrorMessage } from "node:util";

/** Why a file could not be read or written, without its path, which is an input of the program and may be a secret. */
export function fileProblem(cause: unknown): string {
  const { errno, code, message } = cause as NodeJS.ErrnoException;
  return typeof errno === "number" && code !== undefined ? `${code}, ${getSystemErrorMessage(errno)}` : message;
}
