import { z } from "zod";
import type { Failure, Kind, Values } from "../kinds/kind";
import { generateName } from "../kinds/names";
import { programInputs } from "../properties/facts";
import { type Objects, ownerKey } from "../run/objects";
import { nearest } from "../validation/nearest";
import { isUnknown, UNKNOWN } from "./unknown";
import { pick, withoutUndefined } from "./values";

/** What a program asks for, read. */
export interface ResolvedInputs {
  /** Values with defaults and the name, with `generatedName` where that was generated. A value that is not known yet stands as the engine wrote it. */
  readonly values: Values;
  readonly failures: Failure[];
}

/**
 * Reads what a program asks for, without any call. A value that is not known yet passes, and costs the other properties
 * neither their defaults nor their checks.
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

/** Checks by kind and by what is not known yet: to make one takes longer than to use it, and the engine asks often. */
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
 * The inputs as the state keeps them: what the program wrote, in its order and its form, and a default for what it left
 * out. Resource options with a path, like `ignoreChanges: ["filters.key"]`, are applied to them by the engine.
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
  const found = failures.length === 0 ? (kind.warnings?.(knownValues(settled.values)) ?? []) : [];
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

/** A name that the program leaves out is made from the resource and from what forces a replacement. */
function resolveName({ named }: Kind, { autoNamed, ...values }: Values): Values {
  if (named === undefined) return {};
  const given = values[named.property];
  const cause = values[named.by];
  if (given !== undefined) {
    if (autoNamed !== true || isUnknown(given)) return {};
    // The engine asks what becomes of old inputs when only the cause is not known yet.
    return isUnknown(cause) ? { [named.property]: UNKNOWN } : { generatedName: given };
  }
  if (typeof values.owner !== "string") return {};
  if (typeof cause !== "string" || isUnknown(cause)) return { [named.property]: UNKNOWN, autoNamed: true };
  const generatedName = generateName(values.owner, cause);
  return { [named.property]: generatedName, generatedName, autoNamed: true };
}

/** Without a constructor nobody says which resource this is, so that no name can be generated. */
function findMissingName({ named }: Kind, has: (property: string) => boolean): Failure[] {
  if (named === undefined || has(named.property) || has("owner")) return [];
  return [{ property: named.property, reason: "is missing; give the name of the object" }];
}

/**
 * Versions before 0.3 kept lists sorted and objects as lists, and the engine has by now applied the path to those: what
 * the program wrote there is lost.
 */
function findMisplacedPaths(kind: Kind, olds: Values, news: Values): Failure[] {
  const paths = news.ignoredPaths;
  if (!Array.isArray(paths) || Object.keys(olds).length === 0 || olds.owner !== undefined) return [];
  const reason =
    `cannot be ignored in this run: the state was imported, or written by a version before 0.3, so that this path may ` +
    `mean another element; write what ENS has into the program, take the path out of ignoreChanges, run 'pulumi up' ` +
    `once, and put the path back`;
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

/** Why a name that is no input of a program is refused. `known` are those that the program may give. */
export function strangerText(kind: Kind, key: string, known = programInputs(kind.properties)): string {
  if (key in kind.properties && !known.includes(key)) return "is an output of this resource; remove it";
  const [meant] = nearest(key, known);
  const way = meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${meant}?`;
  return `is not a property of this resource; ${way}`;
}

function pathText(path: PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${String(part)}`))
    .join("");
}
