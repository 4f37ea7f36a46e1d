import damerauLevenshtein from "damerau-levenshtein";

const MOST_TYPOS = 2;
const SHORTEST = 3;

/**
 * Returns the words that `word` probably means: those with the fewest missing, extra, wrong or swapped letters. Upper and
 * lower case are equal. One typo is allowed for every four letters, up to two, and one typo for a word of three letters.
 */
export function nearest<Word extends string>(word: string, words: readonly Word[]): Word[] {
  const allowed = word.length < SHORTEST ? 0 : Math.min(MOST_TYPOS, Math.max(1, Math.floor(word.length / 4)));
  const close = words.filter((other) => Math.abs(other.length - word.length) <= allowed);
  const typos = close.map((other) => damerauLevenshtein(word.toLowerCase(), other.toLowerCase()).steps);
  const fewest = Math.min(...typos);
  return fewest > allowed ? [] : close.filter((_, at) => typos[at] === fewest);
}
