import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { trackedFiles } from "../support/tracked";

const ROOT = resolve(__dirname, "../..");
const pages = trackedFiles("*.md");

/** Without code, whose brackets are no links and whose hashes are no headings. */
const textOf = (path: string) =>
  readFileSync(path, "utf8")
    .replace(/^(```+|~~~+)[\s\S]*?^\1/gm, "")
    .replace(/<!--[\s\S]*?-->/g, "");

/** As the sites that host repositories make them. */
function anchorsOf(page: string): Set<string> {
  const text = textOf(page);
  const headings = [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .replace(/\]\([^)]*\)/g, "]")
      .toLowerCase()
      .trim()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id)]);
}

test("each link inside the repository leads to a file, and to a heading or an anchor there", () => {
  const broken = pages.flatMap((page) =>
    [
      ...textOf(join(ROOT, page))
        .replace(/`[^`\n]*`/g, "")
        .matchAll(/\]\(([^)\s]+)\)/g),
    ]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? join(ROOT, page) : resolve(ROOT, dirname(page), path);
        return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).has(anchor));
      })
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("each decision is in the index", () => {
  const index = readFileSync(join(ROOT, "docs/decisions/README.md"), "utf8");
  const decisions = pages.filter((page) => /^docs\/decisions\/(?!README)/.test(page));
  expect(decisions.length).toBeGreaterThan(5);
  expect(decisions.filter((page) => !index.includes(`](${page.split("/").at(-1)})`))).toEqual([]);
});
