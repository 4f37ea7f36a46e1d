import { countOf } from "../shared/table";
import type { Result, Verdict } from "./check";
import type { Report } from "./judge";

/** Number of results of each kind. Warnings count as passed, and checks that are not applicable as skipped. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly warnings: number;
}

/** Counts the results of a report. */
export function countsOf({ results }: Report): Counts {
  const count = (...verdicts: Verdict[]) => results.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return {
    passed: count("pass", "warning"),
    failed: count("fail"),
    skipped: count("skipped", "not applicable"),
    warnings: count("warning"),
  };
}

/** Exit codes of the command. */
export const EXIT = { passed: 0, failed: 1, unreachable: 3 } as const;

/**
 * Returns the exit code for a report.
 *
 * @param strict Whether warnings and skipped checks count as failures.
 */
export function exitCodeOf(report: Report, strict: boolean): number {
  const { results } = report;
  if (results.some(({ id, verdict }) => id === "reach" && verdict === "fail")) return EXIT.unreachable;
  const bad: readonly Verdict[] = strict ? ["fail", "warning", "skipped"] : ["fail"];
  return results.some(({ verdict }) => bad.includes(verdict)) ? EXIT.failed : EXIT.passed;
}

/**
 * Returns the verdicts as a table, with the evidence for failures and warnings. Consecutive checks that were skipped for
 * the same reason share a line. The last line has the counts.
 */
export function tableOf(report: Report): string {
  const { receiver, addresses, results } = report;
  const groups = groupsOf(results);
  const widths = [
    Math.max(...results.map(({ verdict }) => verdict.length)),
    Math.max(...groups.map((group) => subjectOf(group).length)),
  ] as const;
  const rows = groups.flatMap((group) => {
    const [{ verdict, reason }] = group;
    const shown = verdict === "fail" ? "FAIL" : verdict;
    const row = `${shown.padEnd(widths[0])}  ${subjectOf(group).padEnd(widths[1])}  ${reason}`;
    return [row, ...detailsOf(group[0], widths[0])];
  });
  const { passed, failed, skipped } = countsOf(report);
  const at = addresses.length === 0 ? "" : ` at ${addresses.join(", ")}`;
  return [`Receiver ${receiver}${at}`, "", ...rows, "", `${passed} passed, ${failed} failed, ${skipped} skipped`].join(
    "\n",
  );
}

/** Results that share a line of the table. */
type Group = [Result, ...Result[]];

/** Groups consecutive checks that were skipped for the same reason. Their lines would hide the failure. */
function groupsOf(results: readonly Result[]): Group[] {
  const groups: Group[] = [];
  for (const result of results) {
    const last = groups.at(-1);
    const isSame = result.verdict === "skipped" && last?.[0].verdict === "skipped" && last[0].reason === result.reason;
    if (isSame) last.push(result);
    else groups.push([result]);
  }
  return groups;
}

function subjectOf(group: Group): string {
  return group.length === 1 ? group[0].id : countOf(group.length, "check");
}

function detailsOf(result: Result, indent: number): string[] {
  if (result.verdict !== "fail" && result.verdict !== "warning") return [];
  return evidenceOf(result).map(([name, text]) => `${" ".repeat(indent)}    ${name.padEnd(8)}  ${text}`);
}

/** Returns the evidence of a result as names and texts. */
export function evidenceOf(result: Result): (readonly [string, string])[] {
  const { rule, source, confidence, sent, received, advice } = result;
  const lines = [
    ["rule", `${rule} (ENS REST contract ${source}, ${confidence})`],
    ["sent", sent],
    ["received", received],
    ["to do", advice],
  ] as const;
  return lines.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

/** Returns the report as one JSON document. */
export function jsonOf(report: Report, exitCode: number): string {
  const { results, ...run } = report;
  return JSON.stringify({ ...run, ...countsOf(report), exitCode, checks: results }, undefined, 2);
}
