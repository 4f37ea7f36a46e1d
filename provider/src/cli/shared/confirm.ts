import type { Terminal } from "./terminal";
import { UsageError } from "./usage-error";

/** Asks the user a question and returns whether the answer is yes. Throws a `UsageError` without a terminal. */
export async function confirm({ ask }: Terminal, question: string, isAgreed: boolean): Promise<boolean> {
  if (isAgreed) return true;
  if (ask === undefined) {
    throw new UsageError("this command asks for confirmation, and there is no terminal. Add --yes to confirm");
  }
  return /^(y|yes)$/i.test((await ask(`${question} [y/N] `)).trim());
}
