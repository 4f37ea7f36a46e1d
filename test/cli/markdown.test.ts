import fc from "fast-check";
import { block, code, table } from "../../provider/src/cli/markdown";

const hostile = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom("`", "|", "\\", "\n", "\r", "<", ">", "&", " ", "\u2028", "\u202e", "a", "\ud800"),
  }),
);

/** Returns what a page would show. */
function read(cell: string): string {
  const span = /^`([^`]*)`$/.exec(cell)?.[1];
  if (span !== undefined) return span;
  const entities = /^<code>((?:[\w ,.-]|&#\d+;)*)<\/code>$/.exec(cell)?.[1];
  if (entities === undefined) throw new Error(`not a cell that is safe: ${cell}`);
  return entities.replace(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number)));
}

test("any text becomes one line of code without syntax of Markdown or HTML", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const cell = code(text);
      expect(cell).not.toMatch(/[|\n\r\u2028\u2029\u202e]/);
      const back = read(cell).replace(/\\u\{([\da-f]+)\}/g, (_, hex: string) =>
        String.fromCodePoint(parseInt(hex, 16)),
      );
      expect(back).toBe(text);
    }),
  );
});

test("a long text is shortened between characters, with its length", () => {
  expect(code("😀".repeat(1000))).toBe(`\`${"😀".repeat(300)}… (1000 characters)\``);
});

test("no line closes the fence around several lines", () => {
  expect(block("a\n````\nb")).toBe("`````text\na\n````\nb\n`````");
  expect(block("plain")).toBe("```text\nplain\n```");
});

test("a table has a line for each row", () => {
  expect(table(["a", "b"], [["1", "2"]])).toBe("| a | b |\n| --- | --- |\n| 1 | 2 |");
});
