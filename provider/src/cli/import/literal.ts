/**
 * What is printed as it is, and takes a known width in every editor: ASCII, Latin, Greek and Cyrillic letters, Chinese,
 * Japanese and Korean ones, and single emoji. All else, also what turns the direction of a text, is written as its code.
 */
const NARROW = /^(?!\p{C})[ -~¡-¬®-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fbc]$/u;
const WIDE =
  /^(?!\p{M})(?:\p{Script=Han}|[\u3041-\u3096\u30a1-\u30fa\uac00-\ud7a3]|(?![\u{1f1e6}-\u{1f1ff}\u{1f3fb}-\u{1f3ff}])\p{Emoji_Presentation})$/u;
const NAMED: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };

/** A text of TypeScript with this value, quoted as formatters do: by the quote that needs fewer backslashes. */
export function literal(value: string): string {
  const count = (quote: string) => value.split(quote).length;
  const quote = count('"') > count("'") ? "'" : '"';
  const escaped = (character: string) =>
    character === quote ? `\\${quote}` : (NAMED[character] ?? escapeCharacter(character));
  return quote + [...value].map(escaped).join("") + quote;
}

/** A text that stays in its line, whatever is in it. */
export function oneLine(value: string): string {
  return [...value].map(escapeCharacter).join("");
}

/** `//` lines of at most 120 columns. */
export function comment(value: string): string {
  const lines: string[] = [];
  for (const word of oneLine(value).split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && width(`${last} ${word}`) <= 120) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`// ${word}`);
  }
  return lines.join("\n");
}

/** Columns of a line that is made by the functions here. */
export function width(line: string): number {
  return [...line].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

function escapeCharacter(character: string): string {
  if (NARROW.test(character) || WIDE.test(character)) return character;
  const code = (character.codePointAt(0) as number).toString(16);
  return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\u{${code}}`;
}
