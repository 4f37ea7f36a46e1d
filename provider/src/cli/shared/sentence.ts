/** Turns a fragment into a sentence: with a capital letter, except for `ens:` settings, and with a full stop. */
export function sentence(text: string): string {
  const first = text.startsWith("ens:") ? text : `${text[0]?.toUpperCase() ?? ""}${text.slice(1)}`;
  return endSentence(first);
}

/** Adds the full stop that is missing at the end of a text. */
export function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
