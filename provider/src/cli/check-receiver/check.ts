import type { Session } from "./session";

/** Result of a check. A warning counts as passed. */
export type Verdict = "pass" | "warning" | "fail" | "skipped" | "not applicable";

/** How certain the behavior of ENS is, in the terms of the ENS REST contract. */
export type Confidence = "documented" | "observed" | "assumed";

/** Verdict with its evidence. No field contains a key, a token or the path of the URL. */
export interface Finding {
  readonly verdict: Verdict;
  /** What was found, in one or two sentences. */
  readonly reason: string;
  /** What was sent to the receiver. */
  readonly sent?: string;
  /** What the receiver returned. */
  readonly received?: string;
  /** What to do, in the imperative. */
  readonly advice?: string;
}

/** One rule of ENS with its check. */
export interface Check {
  /** Stable id for `--only` and `--skip`. */
  readonly id: string;
  readonly title: string;
  /** What a receiver must do, in one sentence. */
  readonly rule: string;
  /** The section of the ENS REST contract with the rule. */
  readonly source: string;
  readonly confidence: Confidence;
  /** Checks that must not have failed, because this check depends on them. */
  readonly needs: readonly string[];
  run(session: Session): Finding | Promise<Finding>;
}

/** A check with its finding. */
export interface Result extends Finding, Pick<Check, "id" | "title" | "rule" | "source" | "confidence"> {
  readonly milliseconds: number;
}

type Evidence = Partial<Finding>;

export const pass = (reason: string, evidence: Evidence = {}): Finding => ({ ...evidence, verdict: "pass", reason });
export const warning = (reason: string, evidence: Evidence): Finding => ({ ...evidence, verdict: "warning", reason });
export const fail = (reason: string, evidence: Evidence): Finding => ({ ...evidence, verdict: "fail", reason });
export const skipped = (reason: string): Finding => ({ verdict: "skipped", reason });
