import type { Outcome } from "./run-unit.mts";

const HEAD = ["unit", "result", "changes", "time", "error"];

/** Returns one table of all units. */
export function summaryTable(outcomes: readonly Outcome[]): string {
  const rows = [
    HEAD,
    ...outcomes.map((each) => [each.unit, each.result, changesText(each), timeText(each), each.error]),
  ];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function changesText({ changes, result }: Outcome): string {
  const all = Object.entries(changes).map(([op, count]) => `${op} ${count}`);
  return all.join(", ") || (result === "ok" ? "none" : "");
}

function timeText({ seconds, result }: Outcome): string {
  return result === "not started" ? "" : `${seconds.toFixed(1)} s`;
}
