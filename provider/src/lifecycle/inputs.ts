import { z } from "zod";
import type { Failure, Kind, Values } from "../kinds/kind";
import { generateName } from "../kinds/names";
import { programInputs } from "../properties/facts";
import { type Objects, ownerKey } from "../run/objects";
import { nearest } from "../validation/nearest";
import { isUnknown, UNKNOWN } from "./unknown";
import { pick, withoutUndefined } from "./values";

/** Inputs of a program, parsed. */
export interface ResolvedInputs {
  /**
   * Values with defaults and the name, and with `generatedName` when the name was generated. An unknown value stays as the
   * engine wrote it.
   */
  readonly values: Values;
  readonly failures: Failure[];
}

/**
 * Parses the inputs of a program, and sends no requests. An unknown value is accepted, and the other properties still get
 * their defaults and are validated.
 */
export function resolveInputs(kind: Kind, inputs: Values): ResolvedInputs {
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== null);
  const unknown = Object.fromEntries(given.filter(([, value]) => isUnknown(value)));
  const known = Object.fromEntries(given.filter(([key]) => !(key in unknown)));
  const parsed = schemaWithout(kind, Object.keys(unknown)).safeParse(known);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => failuresOf(issue, kind));
  const has = (property: string) => property in known || property in unknown;
  const rules = kind.rules?.(known, has) ?? [];
  const failures = [...issues, ...rules, ...findMissingName(kind, has)].filter(
    (failure, at, all) => all.findIndex((other) => other.property === failure.property) === at,
  );
  const values = { ...withoutUndefined(parsed.success ? (parsed.data as Values) : known), ...unknown };
  return { values: { ...values, ...resolveName(kind, values) }, failures };
}

/** Cache of schemas by kind and by unknown properties. Creating a schema takes longer than using it. */
const schemas = new WeakMap<Kind, Map<string, z.ZodObject>>();

function schemaWithout(kind: Kind, unknown: readonly string[]): z.ZodObject {
  if (unknown.length === 0) return kind.inputs;
  const known = schemas.get(kind) ?? new Map<string, z.ZodObject>();
  schemas.set(kind, known);
  const name = unknown.toSorted().join();
  const shape = Object.entries(kind.inputs.shape).filter(([key]) => !unknown.includes(key));
  const schema = known.get(name) ?? z.strictObject(Object.fromEntries(shape));
  known.set(name, schema);
  return schema;
}

/**
 * Validates the inputs of a program. Returns the inputs for the state: the program's values in their original order and
 * format, and defaults for missing properties. The engine applies resource options with a path, such as
 * `ignoreChanges: ["filters.key"]`, to these inputs.
 */
export function check(
  kind: Kind,
  objects: Objects,
  olds: Values,
  news: Values,
): { inputs: Values; failures: Failure[]; warnings: string[] } {
  const written = Object.fromEntries(Object.entries(news).filter(([, value]) => value !== undefined && value !== null));
  const settled = resolveInputs(kind, written);
  const failures = [...settled.failures, ...findMisplacedPaths(kind, olds, written)];
  const spelling = kind.spellingOf?.(written) ?? {};
  const found = failures.length === 0 ? (kind.warnings?.(knownValues(settled.values), spelling) ?? []) : [];
  const warnings = found.map((warning) => `${kind.noun} ${kind.label(knownValues(settled.values))}: ${warning}`);
  const key = ownerKey(kind.name, written.owner);
  const last = key === undefined || Object.keys(olds).length > 0 ? olds : (objects.lastInputs.get(key) ?? olds);
  if (key !== undefined) {
    objects.inProgram.add(key);
    objects.lastInputs.set(key, last);
  }
  const defaults = failures.length === 0 ? settled.values : {};
  const missing = Object.keys(kind.inputs.shape).filter(
    (property) =>
      property in defaults && !(property in written) && (!kind.properties[property]?.sparse || property in last),
  );
  return { inputs: { ...pick(defaults, missing), ...written }, failures, warnings };
}

function knownValues(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isUnknown(value)));
}

/** Generates a missing name from the resource and from the property that forces a replacement. */
function resolveName({ named }: Kind, { autoNamed, ...values }: Values): Values {
  if (named === undefined) return {};
  const given = values[named.property];
  const cause = values[named.by];
  if (given !== undefined) {
    if (autoNamed !== true || isUnknown(given)) return {};
    // The engine resolves old inputs again when only the cause is unknown.
    return isUnknown(cause) ? { [named.property]: UNKNOWN } : { generatedName: given };
  }
  if (typeof values.owner !== "string") return {};
  if (typeof cause !== "string" || isUnknown(cause)) return { [named.property]: UNKNOWN, autoNamed: true };
  const generatedName = generateName(values.owner, cause);
  return { [named.property]: generatedName, generatedName, autoNamed: true };
}

/** Without a constructor, the resource is not known, so no name can be generated. */
function findMissingName({ named }: Kind, has: (property: string) => boolean): Failure[] {
  if (named === undefined || has(named.property) || has("owner")) return [];
  return [{ property: named.property, reason: "is missing; give the name of the object" }];
}

/**
 * Rejects `ignoreChanges` paths for a state of a version before 0.3. Such a state contains sorted lists, and objects as
 * lists. The engine has already applied the path to them, so the program's value at that path is lost.
 */
function findMisplacedPaths(kind: Kind, olds: Values, news: Values): Failure[] {
  const paths = news.ignoredPaths;
  if (!Array.isArray(paths) || Object.keys(olds).length === 0 || olds.owner !== undefined) return [];
  const reason =
    `cannot be ignored in this run, because the state was imported or written by a version before 0.3, and this path may ` +
    `refer to another element; write the values from ENS into the program, remove the path from ignoreChanges, run ` +
    `'pulumi up' once, and add the path again`;
  return kind.spellingOf === undefined ? [] : paths.map((path) => ({ property: String(path), reason }));
}

function failuresOf(issue: z.core.$ZodIssue, kind: Kind): Failure[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      property: pathText([...issue.path, key]),
      reason:
        issue.path.length === 0 ? strangerText(kind, key) : `does not belong to ${pathText(issue.path)}; remove it`,
    }));
  }
  return [{ property: pathText(issue.path), reason: issue.message }];
}

/** Explains why a property is rejected. `known` are the inputs that a program may set. */
export function strangerText(kind: Kind, key: string, known = programInputs(kind.properties)): string {
  if (key in kind.properties && !known.includes(key)) return "is an output of this resource; remove it";
  const [meant] = nearest(key, known);
  const way = meant === undefined ? `the properties are ${known.join(", ")}` : `did you mean ${meant}?`;
  return `is not a property of this resource; ${way}`;
}

function pathText(path: PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${String(part)}`))
    .join("");
}
