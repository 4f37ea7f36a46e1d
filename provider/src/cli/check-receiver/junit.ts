import type { Result } from "./check";
import type { Report } from "./judge";
import { countsOf, evidenceOf } from "./report";

const SUITE = "ens check-receiver";

/** The report in the form that JUnit's readers take. A warning is a test that passed, with its text as output. */
export function junitOf(report: Report): string {
  const { results, startedAt, milliseconds, receiver } = report;
  const { failed, skipped } = countsOf(report);
  const counts = `tests="${results.length}" failures="${failed}" errors="0" skipped="${skipped}"`;
  const time = `time="${seconds(milliseconds)}"`;
  const stamp = `timestamp="${startedAt.slice(0, 19)}" hostname="${attribute(new URL(receiver).hostname)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${SUITE}" ${counts} ${time}>`,
    `  <testsuite name="${SUITE}" ${counts} ${time} ${stamp}>`,
    ...results.map(testCase),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testCase(result: Result): string {
  const { id, milliseconds, verdict, reason } = result;
  const start = `    <testcase classname="${SUITE}" name="${id}" time="${seconds(milliseconds)}"`;
  if (verdict === "pass") return `${start}/>`;
  const message = attribute(reason);
  const evidence = escape(
    evidenceOf(result)
      .map((line) => line.join(": "))
      .join("\n"),
  );
  const inside =
    verdict === "fail"
      ? `<failure message="${message}" type="${id}">${evidence}</failure>`
      : verdict === "warning"
        ? `<system-out>${escape(reason)}\n${evidence}</system-out>`
        : `<skipped message="${message}"/>`;
  return `${start}>${inside}</testcase>`;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

/** A reader makes one blank of each line break in an attribute that is not written as a number. */
function attribute(text: string): string {
  return escape(text).replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What XML takes as text. Characters that XML 1.0 does not have become a question mark. */
function escape(text: string): string {
  const valid = text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "?");
  const named = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" } as const;
  return valid.replace(/[&<>"']/g, (character) => named[character as keyof typeof named]);
}
