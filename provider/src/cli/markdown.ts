import { visible } from "./shared/visible";

// Markdown for pages with texts from ENS. Names and values are always escaped.

/** Characters of a text in a table before it is shortened. */
const LONGEST = 300;

/** Returns a text as Markdown code on one line. */
export function code(text: string): string {
  const line = shortened(visible(text));
  if (line !== "" && !/[`|]/.test(line)) return `\`${line}\``;
  // A bar ends a cell of a table even in code, and renderers disagree about escaped bars. All of them decode entities.
  return `<code>${line.replace(/[^\w ,.-]/gu, (character) => `&#${character.codePointAt(0)};`)}</code>`;
}

/** Returns a Markdown table. The cells must be escaped already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Returns several lines as a fenced block. */
export function block(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= LONGEST) return text;
  return `${characters.slice(0, LONGEST).join("")}… (${characters.length} characters)`;
}
