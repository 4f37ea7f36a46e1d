import { merge } from "./merge";
import { findDangling, findEntryProblems, findRepeated, sentence } from "./problems";
import { isSource, type SecretSource } from "./secrets";
import { type Description, type Entries, NAMES, SECTIONS, type Section } from "./sections";
import { isObject, own } from "./values";

/**
 * Reads the description of a stack: its own parts, merged over the project's `base` and checked before anything changes. Throws
 * one error with a line for each problem, which says where it is, what is wrong and what to do.
 */
export function readDescription(
  configured: Readonly<Record<string, unknown>>,
  isSet: (source: SecretSource) => boolean,
): Description {
  const { base = {} } = configured;
  const merged = Object.fromEntries(
    NAMES.map((name) => [name, merge(own(base, name), configured[name] ?? undefined) ?? {}]),
  );
  const shapes = [
    ...findStrangers(configured, base, merged),
    ...NAMES.flatMap((name) => findShapeProblems(name, merged[name])),
  ];
  const description = Object.fromEntries(NAMES.map((name) => [name, entriesIn(merged[name])])) as Description;
  const problems = [
    ...shapes,
    ...NAMES.flatMap((name) => findEntryProblems(name, description[name], isSet)),
    ...findDangling(description),
    ...findRepeated(description),
  ];
  if (problems.length === 0 && NAMES.every((name) => Object.keys(description[name]).length === 0)) {
    problems.push("nothing is described; give callbacks and subscriptions, or run `pulumi destroy` to remove them all");
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return description;
}

/** Finds keys of the configuration and of `base` that look like a part of the description but are not a part. */
function findStrangers(configured: Readonly<Record<string, unknown>>, base: unknown, merged: unknown): string[] {
  if (!isObject(base)) return [sentence(["base"], `is no object; give ${NAMES.join(", ")} in it`)];
  const known: readonly string[] = [...NAMES, "base", ...secretKeysIn(merged)];
  const outside = Object.keys(configured).filter((name) => !known.includes(name) && isObject(configured[name]));
  const inside = Object.keys(base).filter((name) => !NAMES.some((section) => section === name));
  return [
    ...outside.map((name) => sentence([name], `is no part of a description; there are base, ${NAMES.join(", ")}`)),
    ...inside.map((name) => sentence(["base", name], `is no part of a description; there are ${NAMES.join(", ")}`)),
  ];
}

/** Returns the keys of the configuration that hold secrets. Their values may be JSON. */
function secretKeysIn(value: unknown): string[] {
  if (isSource(value)) return "config" in value ? [value.config] : [];
  return isObject(value) ? Object.values(value).flatMap(secretKeysIn) : [];
}

function findShapeProblems(section: Section, given: unknown): string[] {
  if (!isObject(given)) return [sentence([section], "has no names; give entries by their names")];
  return Object.entries(given).flatMap(([name, entry]) => {
    if (name === "") return [sentence([section], "has an entry without a name; give it one")];
    return isObject(entry)
      ? []
      : [sentence([section, name], `is no object; give the properties of ${SECTIONS[section]}`)];
  });
}

function entriesIn(given: unknown): Entries {
  if (!isObject(given)) return {};
  return Object.fromEntries(Object.entries(given).flatMap(([name, entry]) => (isObject(entry) ? [[name, entry]] : [])));
}
