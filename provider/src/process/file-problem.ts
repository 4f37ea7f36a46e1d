import { getSystemErrorMessage } from "node:util";

/** Explains why a file could not be read or written. Omits the path, which is an input of the program and may be secret. */
export function fileProblem(cause: unknown): string {
  const { errno, code, message } = cause as NodeJS.ErrnoException;
  return typeof errno === "number" && code !== undefined ? `${code}, ${getSystemErrorMessage(errno)}` : message;
}
