export type Status = "ok" | "warning" | "failed" | "skipped";

/** What came of one check. No field holds a secret, nor the path of a url. */
export interface Result {
  /** What was looked at: a variable, a permission, a host, an object. */
  readonly subject: string;
  readonly status: Status;
  /** One sentence. */
  readonly reason: string;
  /** What to do about it. */
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
