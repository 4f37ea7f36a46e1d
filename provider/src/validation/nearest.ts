/** Most typing errors at which a word is still recognized. */
const MOST_ERRORS = 2;

/**
 * Returns the words that `word` may have been meant to be: those with the fewest missing, extra, wrong or swapped letters.
 * Ignores case. Returns none when no word is similar enough. Short words allow fewer errors.
 */
export function nearest<Word extends string>(word: string, words: readonly Word[]): Word[] {
  const limit = Math.min(MOST_ERRORS, Math.floor(word.length / 4));
  const errors = words.map((other) => distance(word.toLowerCase(), other.toLowerCase()));
  const least = Math.min(...errors);
  return least > limit ? [] : words.filter((_, at) => errors[at] === least);
}

/** Damerau-Levenshtein distance: two swapped letters count as one error. */
function distance(from: string, to: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, at) => at)];
  for (let row = 1; row <= from.length; row += 1) {
    const next = [row];
    for (let at = 1; at <= to.length; at += 1) {
      const wrong = from[row - 1] === to[at - 1] ? 0 : 1;
      const swapped = row > 1 && at > 1 && from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1];
      const ways = [(last[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1, (last[at - 1] ?? 0) + wrong];
      next.push(Math.min(...ways, swapped ? (before[at - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY));
    }
    [before, last] = [last, next];
  }
  return last[to.length] ?? 0;
}
