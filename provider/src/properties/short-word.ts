/** A text that is surely no secret, so that a message may repeat it: a number, a span of time, a short word like "none". */
export function isShortWord(text: string): boolean {
  return /^(\d{1,6}(\.\d+)?(ms|s|m|h)?|[a-z]{1,5})$/i.test(text);
}
