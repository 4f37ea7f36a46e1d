/** How many slips of the pen still tell what was meant. */
const MOST_SLIPS = 2;

/**
 * The words that somebody may have meant who wrote `word`: the nearest ones, by letters that are missing, extra, wrong or
 * in the wrong order. Upper and lower case are the same. Nothing near enough gives none; a short word has less room.
 */
export function nearest<Word extends string>(word: string, words: readonly Word[]): Word[] {
  const room = Math.min(MOST_SLIPS, Math.floor(word.length / 4));
  const slips = words.map((other) => distance(word.toLowerCase(), other.toLowerCase()));
  const least = Math.min(...slips);
  return least > room ? [] : words.filter((_, at) => slips[at] === least);
}

/** Own code: the libraries for it count two letters in the wrong order as two slips. */
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
