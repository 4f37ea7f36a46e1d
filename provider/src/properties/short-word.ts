/** Whether a text is certainly not a secret, so that a message may repeat it: a number, a duration or a short word. */
export function isShortWord(text: string): boolean {
  return /^(\d{1,6}(\.\d+)?(ms|s|m|h)?|[a-z]{1,5})$/i.test(text);
}
