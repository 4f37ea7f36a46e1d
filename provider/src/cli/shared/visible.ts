/**
 * Returns a text from ENS as one harmless line: control characters, line breaks and characters that change the direction
 * of the text become escapes.
 */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
}
