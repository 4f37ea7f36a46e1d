import { createRequire } from "node:module";
import type * as re2 from "re2js";
import { isDocumented, keysOf, typesWith } from "../../ens/catalogue";
import { warnOfStrangeId } from "../../validation/guid";
import { likelyKeys, likelyTypes } from "./likely";

interface Selection {
  readonly eventCategoryTypes?: readonly string[];
  /** `key=value`. */
  readonly filters?: readonly string[];
  readonly callbackId?: string;
}

/**
 * What ENS may take and what still looks like a mistake, one sentence each. What is not documented is not repeated: a
 * program may have marked it as secret.
 */
export function lintSelection(selection: Selection): string[] {
  return [
    ...findUndocumented(selection),
    ...findInapplicable(selection),
    ...findConflicts(selection),
    ...findUnsupportedPatterns(selection),
    ...findBrokenPatterns(selection),
    ...findStrangeIds(selection),
  ];
}

/** Event types and filter keys that ENS does not document: new ones, or misspelt. Source: ENS REST contract §8.1, §8.2. */
export function findUndocumented({ eventCategoryTypes = [], filters = [] }: Selection): string[] {
  const types = eventCategoryTypes.flatMap((type, at) =>
    isDocumented(type) ? [] : [`eventCategoryTypes[${at}] ${undocumentedText(likelyTypes(type))}`],
  );
  const keys = filters.flatMap((filter, at) =>
    typesWith(keyIn(filter)).length > 0
      ? []
      : [`filter ${at + 1} has a key that ${undocumentedText(likelyKeys(keyIn(filter)))}`],
  );
  return [...types, ...keys];
}

function undocumentedText(likely: readonly string[]): string {
  const advice = likely.length === 0 ? "it is sent as it is, and ENS decides" : `did you mean ${either(likely)}?`;
  return `is not in ENS's documentation; ${advice}`;
}

/** Keys that some of the subscribed types do not have. What ENS does then is assumed. Source: §8.2. */
function findInapplicable({ eventCategoryTypes = [], filters = [] }: Selection): string[] {
  const types = eventCategoryTypes.filter(isDocumented);
  return keysIn(filters).flatMap((key) => {
    const without = types.filter((type) => !keysOf(type).includes(key));
    if (typesWith(key).length === 0 || without.length === 0) return [];
    const way = without.length === eventCategoryTypes.length ? "leave the filter out" : "subscribe to them separately";
    return [
      `filters has ${key}, which ENS does not document for ${without.join(", ")}: such events may never pass; ${way}`,
    ];
  });
}

function findStrangeIds({ callbackId }: Selection): string[] {
  return warnOfStrangeId("callbackId", callbackId, "take the callbackId of an ens.Callback");
}

/** All filters must hold, so two texts for one key let nothing pass. Patterns are not compared. Source: §8.2. */
function findConflicts({ filters = [] }: Selection): string[] {
  return keysIn(filters).flatMap((key) => {
    const values = filters.filter((filter) => keyIn(filter) === key).map(valueIn);
    if (!values.filter(isPlain).some((value, at, plain) => plain.slice(0, at).some((other) => differ(value, other)))) {
      return [];
    }
    return [
      `filters has several values for ${shown(key)}, and all filters must hold; to let any of them pass, write one filter like key=a|b`,
    ];
  });
}

/** Without anything that RE2 gives a meaning to, except dots. */
const isPlain = (value: string) => !/[\\^$|?*+()[\]{}]/.test(value);

/** A dot stands for any one character. */
function differ(one: string, other: string): boolean {
  const [left, right] = [[...one], [...other]];
  if (left.length !== right.length) return true;
  return left.some((char, at) => char !== right[at] && char !== "." && right[at] !== ".");
}

/** A filter that is no pattern can only be met by the same text, if at all. Source: ENS REST contract §8.2. */
function findBrokenPatterns({ filters = [] }: Selection): string[] {
  return filters.flatMap((filter) => {
    const problem = problemOfPattern(valueIn(filter));
    if (problem === undefined || needsMoreThanRe2(valueIn(filter))) return [];
    return [
      `filters has a value for ${shown(keyIn(filter))} that is not a valid RE2 pattern (${problem}), so that events may ` +
        "never pass; correct it, or write \\ before characters that stand for themselves",
    ];
  });
}

/** The library is loaded for a pattern only: most filters are none. */
function problemOfPattern(value: string): string | undefined {
  if (isPlain(value)) return undefined;
  const { RE2JS, RE2JSSyntaxException } = createRequire(__filename)("re2js") as typeof re2;
  try {
    RE2JS.compile(value);
    return undefined;
  } catch (error) {
    // Its whole message repeats the pattern.
    return error instanceof RE2JSSyntaxException ? error.getDescription() : "it cannot be read";
  }
}

/** What other dialects have and RE2 leaves out on purpose, so that matching takes linear time. */
function findUnsupportedPatterns({ filters = [] }: Selection): string[] {
  const keys = new Set(filters.filter((filter) => needsMoreThanRe2(valueIn(filter))).map(keyIn));
  return [...keys].map((key) => {
    const what = "looks ahead or behind, or refers back to a group";
    return `filters has a value for ${shown(key)} that ${what}; RE2, the patterns that ENS takes, knows neither`;
  });
}

function needsMoreThanRe2(value: string): boolean {
  if (value.includes("\\Q")) return false;
  const bare = value.replace(/\\[^1-9]/gs, "_").replace(/\[\^?\]?[^\]]*\]?/g, "_");
  return /\(\?<?[=!]|\\[1-9](?![0-7])/.test(bare); // two digits are an octal number
}

const shown = (key: string) => (typesWith(key).length > 0 ? key : "one key");
const keyIn = (filter: string) => filter.slice(0, filter.indexOf("="));
const valueIn = (filter: string) => filter.slice(filter.indexOf("=") + 1);
const keysIn = (filters: readonly string[]) => [...new Set(filters.map(keyIn))];
const either = (words: readonly string[]) => words.join(" or ");
