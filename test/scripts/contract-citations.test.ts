import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { QUESTIONS } from "pulumi-ens-simulator";
import { trackedFiles } from "../support/tracked";

const ROOT = resolve(__dirname, "../..");
const CITING = ["provider/src", "receiver/src", "test/simulator/src", "test/contract"];

const page = readFileSync(join(ROOT, "docs/ens-contract.md"), "utf8");
const anchors = new Set([...page.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id));

/** What a text cites, each as the anchor that it should lead to. A list may run over lines of a comment. */
function citedIn(text: string): string[] {
  const line = text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/)?\s*/g, " ");
  // Sections of an RFC are elsewhere.
  const sections = [...line.matchAll(/(?<!RFC \d+ )§(\d+(?:\.\d+)?)/g)].map(([, number = ""]) =>
    number.replace(".", "-"),
  );
  return [
    ...sections.map((number) => `s${number}`),
    ...listed(line, /§11 ((?:#\d+(?:, | to | and )?)+)/g, /#(\d+)/g, "oq"),
    ...listed(line, /§11\.3 ((?:A\d+(?:, | to | and )?)+)/g, /A(\d+)/g, "a"),
    ...listed(line, /§13 ((?:C\d+(?:, | to | and )?)+)/g, /C(\d+)/g, "c"),
  ];
}

function listed(text: string, lists: RegExp, one: RegExp, prefix: string): string[] {
  return [...text.matchAll(lists)].flatMap(([, list = ""]) =>
    [...list.matchAll(one)].map(([, number]) => `${prefix}-${number}`),
  );
}

const files = trackedFiles(...CITING).filter((file) => /\.(?:ts|json)$/.test(file));

const citations = files.flatMap((file) =>
  citedIn(readFileSync(join(ROOT, file), "utf8")).map((anchor) => ({ file, anchor })),
);

test("each citation of the ENS REST contract leads to a place of docs/ens-contract.md", () => {
  for (const folder of CITING) expect(citations.some(({ file }) => file.startsWith(folder))).toBe(true);
  expect(citations.filter(({ anchor }) => !anchors.has(anchor))).toEqual([]);
});

test("each open question of the ledger and of the simulator's switches is on the page", () => {
  const ledger: { behaviours: { open_question?: number }[] } = JSON.parse(
    readFileSync(join(ROOT, "test/contract/behaviours.json"), "utf8"),
  );
  const numbers = [
    ...Object.values(QUESTIONS).map(({ question }) => question),
    ...ledger.behaviours.flatMap(({ open_question }) => open_question ?? []),
  ];
  expect(numbers.length).toBeGreaterThan(100);
  expect(numbers.filter((number) => !anchors.has(`oq-${number}`))).toEqual([]);
});

test("the page names the switches of each open question", () => {
  const rows = new Map([...page.matchAll(/<a id="(oq-\d+)"><\/a>(.*)/g)].map(([, id = "", row = ""]) => [id, row]));
  const missing = Object.entries(QUESTIONS).filter(
    ([name, { question }]) => rows.get(`oq-${question}`)?.includes(`\`${name}\``) !== true,
  );
  expect(missing.map(([name, { question }]) => `${name} at #${question}`)).toEqual([]);
});

test("citations are found in every form in which the code writes them", () => {
  const text = `
    /**
     * Source: ENS REST contract §2.4, §9, §11 #8, #24 to #26,
     * #37, §11.3 A1, A2 and §13 C8. Not here: RFC 6749 §5.2.
     */
    // Source: §11
    // #53.`;
  expect(citedIn(text).sort()).toEqual(
    [
      "s2-4",
      "s9",
      "s11",
      "s11",
      "s11-3",
      "s13",
      "oq-8",
      "oq-24",
      "oq-26",
      "oq-37",
      "oq-53",
      "a-1",
      "a-2",
      "c-8",
    ].sort(),
  );
});
