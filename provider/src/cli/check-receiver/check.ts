import type { Session } from "./session";

/** What came of a check. A warning is a pass that a person should look at. */
export type Verdict = "pass" | "warning" | "fail" | "skipped" | "not applicable";

/** How sure it is that ENS behaves so. The words are those of the contract's ledger. */
export type Confidence = "documented" | "observed" | "assumed";

/** A verdict with its evidence. No field holds a key, a token or the path of the url. */
export interface Finding {
  readonly verdict: Verdict;
  /** One sentence. */
  readonly reason: string;
  /** What was sent to the receiver. */
  readonly sent?: string;
  /** What came back. */
  readonly received?: string;
  /** What to do about it. */
  readonly advice?: string;
}

/** One rule of ENS, and how a receiver is held to it. */
export interface Check {
  /** Fixed: scripts name it in `--only` and `--skip`. */
  readonly id: string;
  readonly title: string;
  /** What a receiver must do, in one sentence. */
  readonly rule: string;
  /** The section of the ENS REST contract that says so. */
  readonly source: string;
  readonly confidence: Confidence;
  /** Checks after whose failure this one would say nothing. */
  readonly needs: readonly string[];
  run(session: Session): Finding | Promise<Finding>;
}

/** A check with what came of it. */
export interface Result extends Finding, Pick<Check, "id" | "title" | "rule" | "source" | "confidence"> {
  readonly milliseconds: number;
}

type Evidence = Partial<Finding>;

export const pass = (reason: string, evidence: Evidence = {}): Finding => ({ ...evidence, verdict: "pass", reason });
export const warning = (reason: string, evidence: Evidence): Finding => ({ ...evidence, verdict: "warning", reason });
export const fail = (reason: string, evidence: Evidence): Finding => ({ ...evidence, verdict: "fail", reason });
export const skipped = (reason: string): Finding => ({ verdict: "skipped", reason });
