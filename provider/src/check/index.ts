import { kinds } from "../kinds/all";
import type { Kind } from "../kinds/kind";
import { ownerWithin } from "../kinds/names";
import { resolveInputs, strangerText } from "../lifecycle/inputs";
import { UNKNOWN } from "../lifecycle/unknown";
import { programInputs, referencesOf } from "../properties/facts";
import { secretPaths as pathsIn } from "./secret-paths";

/** Name of a resource of this package. */
export type KindName = "AuthScheme" | "Callback" | "Subscription";

/** Placeholder for a value that is not known yet: any argument, or a string in an object, like a secret. */
export const LATER = "a-value-that-comes-later";

/** A rejected property: its path, like `verification.timeout`, and the reason with a hint. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/**
 * Returns everything that a preview would reject in the arguments of a resource, without Pulumi and without a request:
 *
 *     findProblems("Callback", { url: "https://hooks.example.org/orders", maxBatchSize: 5 });
 *     // [{ property: "maxBatchSize", reason: "is 5, below 100; give a whole number of events from 100 to 1000" }]
 *
 * Pass `LATER` for `authScheme` or `callback`, which accept a resource.
 */
export function findProblems(name: KindName, args: Readonly<Record<string, unknown>>): Problem[] {
  const kind = kindOf(name);
  const ids = referencesOf(kind.properties);
  const allowed = [...programInputs(kind.properties), ...Object.keys(ids)];
  const given = Object.entries(args).filter(([, value]) => value !== undefined && value !== null);
  const strangers = given.filter(([key]) => !allowed.includes(key));
  const known = given.filter(([key]) => allowed.includes(key));
  const inputs = known.map(([key, value]) => [ids[key] ?? key, value === LATER || key in ids ? UNKNOWN : value]);
  // A missing name is generated. The resource does not matter for the check.
  const named = kind.named === undefined ? [] : [["owner", ownerWithin("check", "name")]];
  const { failures } = resolveInputs(kind, Object.fromEntries([...inputs, ...named]));
  return [
    ...strangers.map(([property]) => ({ property, reason: strangerText(kind, property, allowed) })),
    ...Object.entries(ids).flatMap(([reference, id]) => findDouble(args, reference, id)),
    ...failures.map((failure) => withReference(ids, failure)),
  ];
}

/** Returns the paths of the secrets in the arguments of a resource, like `["verification", "bearerToken"]`. */
export function secretPaths(name: KindName): string[][] {
  return pathsIn(kindOf(name).properties);
}

function kindOf(name: KindName): Kind {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined)
    throw new Error(`pulumi-ens has no resource ${name}; use one of ${Object.keys(kinds).join(", ")}`);
  return kind;
}

function findDouble(args: Readonly<Record<string, unknown>>, reference: string, id: string): Problem[] {
  const isGiven = (key: string) => args[key] !== undefined && args[key] !== null;
  if (!isGiven(reference) || !isGiven(id)) return [];
  return [{ property: reference, reason: `and ${id} are both set; remove one of them` }];
}

/** Adds to a missing id that a resource may be passed instead. */
function withReference(ids: Readonly<Record<string, string>>, { property, reason }: Problem): Problem {
  const [reference] = Object.entries(ids).find(([, id]) => id === property) ?? [];
  if (reference === undefined || !reason.startsWith("is missing")) return { property, reason };
  return { property: reference, reason: `is missing; give ${reference} or ${property}` };
}
