// Texts from ENS in TypeScript. Invisible characters, line separators and characters that change the direction of a text are
// written as escapes, so that a name cannot hide code or end a comment.

/** Returns a string literal with this value. */
export function literal(value: string): string {
  return oneLine(JSON.stringify(value));
}

/** Returns a `//` comment with one line for each text. */
export function comment(...lines: readonly string[]): string {
  return lines.map((line) => `// ${oneLine(line)}`).join("\n");
}

function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = (character.codePointAt(0) as number).toString(16);
    return code.length <= 4 ? `\\u${code.padStart(4, "0")}` : `\\u{${code}}`;
  });
}
