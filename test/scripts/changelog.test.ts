import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const CHANGELOG = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
const [, ...releases] = CHANGELOG.split(/^## /m).map((part) => {
  const [heading = "", ...lines] = part.split("\n");
  return { heading, lines };
});
const versions = releases.flatMap(({ heading }) => /^(\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$/.exec(heading)?.[1] ?? []);

test("each release has a version and a date, and only the first section may be unreleased", () => {
  const others = releases.map(({ heading }) => heading).filter((heading) => heading !== "Unreleased");
  expect(others).toHaveLength(versions.length);
  expect(versions).toEqual(expect.arrayContaining(["0.2.0", "0.1.0"]));
  expect(releases.findIndex(({ heading }) => heading === "Unreleased")).toBeLessThanOrEqual(0);
});

test("changes are grouped, and each one is a line that ends with a full stop", () => {
  for (const { lines } of releases) {
    const groups = lines.flatMap((line) => /^### (.*)/.exec(line)?.[1] ?? []);
    expect(groups).toEqual(["Added", "Changed", "Fixed", "Security"].filter((group) => groups.includes(group)));
    const grouped = lines.slice(lines.findIndex((line) => line.startsWith("### ")));
    expect(grouped.filter((line) => line !== "" && !/^(?:### |- .*\.$)/.test(line))).toEqual([]);
  }
});

test("the release workflow finds the text of each version", () => {
  const workflow = readFileSync(join(ROOT, ".github/workflows/release.yml"), "utf8");
  const [, program = ""] = /awk -v version="\$version" '(.*)' CHANGELOG\.md/.exec(workflow) ?? [];
  expect(program).not.toBe("");
  for (const version of versions) {
    const notes = execFileSync("awk", ["-v", `version=${version}`, program, "CHANGELOG.md"], { cwd: ROOT });
    const { lines } = releases.find(({ heading }) => heading.startsWith(`${version} `)) ?? { lines: [] };
    expect(notes.toString().trim()).toBe(lines.join("\n").trim());
  }
});
