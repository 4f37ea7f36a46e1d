import { findProblems, LATER } from "pulumi-ens/check";
import { findSecretProblem, replaceSecrets, type SecretSource } from "./secrets";
import { type Description, type Entries, SECTIONS, type Section } from "./sections";

/** Properties that name an entry of another part. */
const REFERENCES = [
  { from: "callbacks", property: "authScheme", to: "authSchemes" },
  { from: "subscriptions", property: "callback", to: "callbacks" },
] as const;
/** Properties whose value ENS accepts only once in a business unit. */
const UNIQUE = [
  { section: "callbacks", property: "url" },
  { section: "callbacks", property: "callbackName" },
  { section: "subscriptions", property: "subscriptionName" },
] as const;

/**
 * Finds the problems of each entry alone. The package checks the values, and this program checks secrets and `protect`.
 */
export function findEntryProblems(
  section: Section,
  entries: Entries,
  isSet: (source: SecretSource) => boolean,
): string[] {
  return Object.entries(entries).flatMap(([name, { protect, ...given }]) => {
    const own: string[] = [];
    const known = replaceSecrets(SECTIONS[section], given, (secret, path) => {
      const problem = findSecretProblem(secret, isSet);
      if (problem !== undefined) own.push(sentence([section, name, ...path], problem));
      return LATER;
    });
    if (protect !== undefined && typeof protect !== "boolean") {
      own.push(sentence([section, name, "protect"], "is neither true nor false; give one of them"));
    }
    const found = findProblems(SECTIONS[section], known);
    return [...own, ...found.map(({ property, reason }) => `${pathText([section, name])}.${joined(property, reason)}`)];
  });
}

/** Finds references to entries that the description does not have. */
export function findDangling(description: Description): string[] {
  return REFERENCES.flatMap(({ from, property, to }) =>
    Object.entries(description[from]).flatMap(([name, entry]) => {
      const target = entry[property];
      if (target === undefined || (typeof target === "string" && Object.hasOwn(description[to], target))) return [];
      const names = Object.keys(description[to]).join(", ") || "none so far";
      const problem = `is ${JSON.stringify(target)}, which is not described; give one of ${to}: ${names}`;
      return [sentence([from, name, property], problem)];
    }),
  );
}

export function findRepeated(description: Description): string[] {
  return UNIQUE.flatMap(({ section, property }) => {
    const first = new Map<string, string>();
    return Object.entries(description[section]).flatMap(([name, entry]) => {
      const value = entry[property];
      if (typeof value !== "string") return [];
      const key = URL.parse(value)?.href ?? value;
      const other = first.get(key);
      first.set(key, other ?? name);
      if (other === undefined) return [];
      return [sentence([section, name, property], `is also that of ${other}; give each of ${section} its own`)];
    });
  });
}

/** Returns the line for a problem: its path and the reason. */
export function sentence(path: readonly string[], problem: string): string {
  return joined(pathText(path), problem);
}

/** Joins a path and a reason. Some reasons begin with the rejected value. */
function joined(path: string, reason: string): string {
  return reason.startsWith('"') ? `${path}: ${reason}` : `${path} ${reason}`;
}

function pathText([first = "", ...rest]: readonly string[]): string {
  return first + rest.map((name) => (/^[\w-]+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`)).join("");
}
