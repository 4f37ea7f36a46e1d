import type { Terminal } from "./terminal";
import { UsageError } from "./usage-error";

/** Whether a person agrees. Throws a `UsageError` where there is nobody to ask. */
export async function confirm({ ask }: Terminal, question: string, isAgreed: boolean): Promise<boolean> {
  if (isAgreed) return true;
  if (ask === undefined) {
    throw new UsageError(
      "this needs a confirmation, and there is no terminal to ask for it: add --yes, and nothing is asked",
    );
  }
  return /^(y|yes)$/i.test((await ask(`${question} [y/N] `)).trim());
}
