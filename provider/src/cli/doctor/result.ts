import { adviceForSimulator, EnsError } from "../../ens/errors";

export type Status = "ok" | "warning" | "failed" | "skipped";

/** Result of one check. No field contains a secret or the path of a URL. */
export interface Result {
  /** The checked variable, permission, host or object. */
  readonly subject: string;
  readonly status: Status;
  /** What was found, in one or two sentences. */
  readonly reason: string;
  /** What to do, in the imperative. */
  readonly advice?: string;
}

export const ok = (subject: string, reason: string): Result => ({ subject, status: "ok", reason });
export const skipped = (subject: string, reason: string): Result => ({ subject, status: "skipped", reason });
export const warning = (subject: string, reason: string, advice: string): Result => ({
  subject,
  status: "warning",
  reason,
  advice,
});
export const failed = (subject: string, reason: string, advice: string): Result => ({
  subject,
  status: "failed",
  reason,
  advice,
});

/** Returns the advice for a request that failed. A simulator on this machine needs other advice than ENS. */
export function adviceOnRequest(error: unknown, otherwise: string): string {
  const advice = error instanceof EnsError ? adviceForSimulator(error) : undefined;
  return advice === undefined ? otherwise : `${advice}.`;
}
