import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

// docs/troubleshooting.md is about messages of this repository. Each heading in code font has the fixed words of one, with
// "…" for the rest. Headings without code font are about messages of Pulumi, or about a question.

const ROOT = resolve(__dirname, "../..");
const page = readFileSync(join(ROOT, "docs/troubleshooting.md"), "utf8");
const [, ...entries] = page.split(/^### /m).map((part) => {
  const [heading = "", ...lines] = part.split("\n");
  return { heading, text: lines.join("\n").split(/^## /m)[0] ?? "" };
});
const messages = entries.flatMap(({ heading }) => /^`(.*)`$/.exec(heading)?.[1] ?? []);

const FOLDERS = ["provider/src", "receiver/src", "test/simulator/src"];
const sources = execFileSync("git", ["ls-files", "-z", "--", ...FOLDERS], { cwd: ROOT, encoding: "utf8" })
  .split("\0")
  .filter((file) => file.endsWith(".ts"))
  .map((file) => joined(readFileSync(join(ROOT, file), "utf8")));

/** A text may be written in pieces, on several lines. */
function joined(source: string): string {
  return source.replace(/["'`]\s*\+\s*["'`]/g, "");
}

/** Whether a file has the fixed words in this order, with something that a message computes between them. */
function isWritten(message: string): boolean {
  const words = message.split("…").map((piece) => piece.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(words.filter(Boolean).join("[^;]{0,120}?"));
  return sources.some((source) => pattern.test(source));
}

test("the page has about thirty entries, and each of them once", () => {
  expect(entries.length).toBeGreaterThanOrEqual(30);
  expect(messages.length).toBeGreaterThanOrEqual(25);
  expect(new Set(entries.map(({ heading }) => heading)).size).toBe(entries.length);
});

test("no entry is about the same message as another one", () => {
  const overlapping = messages.filter((one) => messages.some((other) => one !== other && other.includes(one)));
  expect(overlapping).toEqual([]);
});

test("each message is in the sources", () => {
  expect(messages.filter((message) => !isWritten(message))).toEqual([]);
});

test("each entry says what it means, how to see more and what to do", () => {
  const parts = ["**Meaning.**", "**See more.**", "**What to do.**"];
  const incomplete = entries.filter(({ text }) => parts.some((part) => !text.includes(part)));
  expect(incomplete.map(({ heading }) => heading)).toEqual([]);
});
