import { visible } from "./shared/visible";

/** Markdown for pages that strangers' texts end up in: names and values are shown, and never do anything. */

/** More of one text than this helps nobody in a table. */
const LONGEST = 300;

/** A text as code, on one line, whatever is in it. */
export function code(text: string): string {
  const line = shortened(visible(text));
  if (line !== "" && !/[`|]/.test(line)) return `\`${line}\``;
  // A table ends a cell at a bar even in code, and how bars with backslashes are read differs: entities are read alike.
  return `<code>${line.replace(/[^\w ,.-]/gu, (character) => `&#${character.codePointAt(0)};`)}</code>`;
}

/** Words of ours and `code`, side by side. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** Several lines as they are. */
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
