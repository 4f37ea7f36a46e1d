import type { Result } from "./check";
import type { Report } from "./judge";
import { countsOf, evidenceOf } from "./report";

const SUITE = "ens check-receiver";

/** Returns the report as JUnit XML. A warning becomes a passed test with its text as output. */
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

/** Escapes an attribute. XML parsers turn an unescaped line break in an attribute into a space. */
function attribute(text: string): string {
  return escape(text).replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Escapes a text for XML. Characters that XML 1.0 does not allow become question marks. */
function escape(text: string): string {
  const valid = text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "?");
  const named = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" } as const;
  return valid.replace(/[&<>"']/g, (character) => named[character as keyof typeof named]);
}
