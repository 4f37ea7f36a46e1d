import { createRequire } from "node:module";
import type * as re2 from "re2js";
import { isDocumented, keysOf, typesWith } from "../../ens/catalogue";
import { warnOfStrangeId } from "../../validation/guid";
import { likelyKeys, likelyTypes } from "./likely";
import type { FiltersForm } from "./schema";

interface Selection {
  readonly eventCategoryTypes?: readonly string[];
  /** Filters as `key=value`. */
  readonly filters?: readonly string[];
  readonly callbackId?: string;
}

/**
 * Returns warnings about a selection that ENS may accept but that looks like a mistake. The warnings do not repeat
 * values that are not documented, because the program may have marked them as secret.
 */
export function lintSelection(selection: Selection, form: FiltersForm): string[] {
  return [
    ...findUndocumented(selection, form),
    ...findInapplicable(selection),
    ...findConflicts(selection),
    ...findUnsupportedPatterns(selection),
    ...findBrokenPatterns(selection),
    ...findStrangeIds(selection),
  ];
}

/**
 * Finds event types and filter keys that are not documented: new or misspelled. `form` is the form in which the program
 * wrote the filters, if it is known. Source: ENS REST contract §8.1, §8.2.
 */
export function findUndocumented({ eventCategoryTypes = [], filters = [] }: Selection, form?: FiltersForm): string[] {
  const types = eventCategoryTypes.flatMap((type, at) =>
    isDocumented(type) ? [] : [`eventCategoryTypes[${at}] ${undocumentedText(likelyTypes(type))}`],
  );
  const keys = filters.flatMap((filter, at) =>
    typesWith(keyIn(filter)).length > 0
      ? []
      : [`${undocumentedKey(keyIn(filter), at, form)} ${undocumentedText(likelyKeys(keyIn(filter)))}`],
  );
  return [...types, ...keys];
}

/**
 * Begins a message about a filter key. A key is repeated only if it resembles a documented one, because any other key may
 * be a secret.
 */
function undocumentedKey(key: string, at: number, form: FiltersForm | undefined): string {
  if (form === "list") return `filters[${at}] has a key that`;
  if (form === "object" && likelyKeys(key).length > 0) return `filters.${key}`;
  return form === "object" ? `key ${at + 1} of filters` : "a filter has a key that";
}

function undocumentedText(likely: readonly string[]): string {
  const advice = likely.length === 0 ? "it is sent unchanged, and ENS decides" : `did you mean ${either(likely)}?`;
  return `is not in ENS's documentation; ${advice}`;
}

/** Finds keys that some of the event types do not have. The behavior of ENS is assumed. Source: §8.2. */
function findInapplicable({ eventCategoryTypes = [], filters = [] }: Selection): string[] {
  const types = eventCategoryTypes.filter(isDocumented);
  return keysIn(filters).flatMap((key) => {
    const without = types.filter((type) => !keysOf(type).includes(key));
    if (typesWith(key).length === 0 || without.length === 0) return [];
    const way =
      without.length === eventCategoryTypes.length
        ? "remove the filter"
        : "use a separate subscription for these types";
    return [
      `filters contains ${key}, which ENS does not document for ${without.join(", ")}, so such events may never match; ${way}`,
    ];
  });
}

function findStrangeIds({ callbackId }: Selection): string[] {
  return warnOfStrangeId("callbackId", callbackId, "use the callbackId of an ens.Callback");
}

/** Finds keys with several plain values. All filters must match, so no event could. Ignores patterns. Source: §8.2. */
function findConflicts({ filters = [] }: Selection): string[] {
  return keysIn(filters).flatMap((key) => {
    const values = filters.filter((filter) => keyIn(filter) === key).map(valueIn);
    if (!values.filter(isPlain).some((value, at, plain) => plain.slice(0, at).some((other) => differ(value, other)))) {
      return [];
    }
    return [
      `filters contains several values for ${shown(key)}, but an event must match all filters; to match any of the values, write one filter like key=a|b`,
    ];
  });
}

/** Whether a value contains no special characters of RE2 except dots. */
const isPlain = (value: string) => !/[\\^$|?*+()[\]{}]/.test(value);

/** Whether no text matches both values. A dot matches any character. */
function differ(one: string, other: string): boolean {
  const [left, right] = [[...one], [...other]];
  if (left.length !== right.length) return true;
  return left.some((char, at) => char !== right[at] && char !== "." && right[at] !== ".");
}

/**
 * Finds values that are not valid patterns, which only the same text can match, if any. Source: ENS REST contract §8.2.
 */
function findBrokenPatterns({ filters = [] }: Selection): string[] {
  return filters.flatMap((filter) => {
    const problem = problemOfPattern(valueIn(filter));
    if (problem === undefined || needsMoreThanRe2(valueIn(filter))) return [];
    return [
      `filters contains a value for ${shown(keyIn(filter))} that is not a valid RE2 pattern (${problem}), so events may ` +
        "never match; correct the pattern, or write \\ before special characters",
    ];
  });
}

/**
 * Returns why a value is not a valid pattern. Loads the library only for patterns, because most filters are plain
 * texts.
 */
function problemOfPattern(value: string): string | undefined {
  if (isPlain(value)) return undefined;
  const { RE2JS, RE2JSSyntaxException } = createRequire(__filename)("re2js") as typeof re2;
  try {
    RE2JS.compile(value);
    return undefined;
  } catch (error) {
    // The full message of the library repeats the pattern.
    return error instanceof RE2JSSyntaxException ? error.getDescription() : "it cannot be read";
  }
}

/** Finds patterns with features of other dialects that RE2 omits so that matching takes linear time. */
function findUnsupportedPatterns({ filters = [] }: Selection): string[] {
  const keys = new Set(filters.filter((filter) => needsMoreThanRe2(valueIn(filter))).map(keyIn));
  return [...keys].map((key) => {
    const what = "uses lookahead, lookbehind or a backreference";
    return `filters contains a value for ${shown(key)} that ${what}, which the RE2 patterns of ENS do not support`;
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
