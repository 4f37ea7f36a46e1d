import { kinds } from "../kinds/all";
import type { Kind } from "../kinds/kind";
import { ownerWithin } from "../kinds/names";
import { resolveInputs, strangerText } from "../lifecycle/inputs";
import { UNKNOWN } from "../lifecycle/unknown";
import { programInputs, referencesOf } from "../properties/facts";
import { secretPaths as pathsIn } from "./secret-paths";

/** The resources of this package. */
export type KindName = "AuthScheme" | "Callback" | "Subscription";

/** Stands for a value that is not known yet and counts as there: any argument, or a text in an object, like a secret. */
export const LATER = "a-value-that-comes-later";

/** A property that cannot be taken as given: its path, like `verification.timeout`, and why, with the way out. */
export interface Problem {
  readonly property: string;
  readonly reason: string;
}

/**
 * What a preview would refuse in the arguments of a resource, all at once, without Pulumi and without a call:
 *
 *     findProblems("Callback", { url: "https://hooks.example.org/orders", maxBatchSize: 5 });
 *     // [{ property: "maxBatchSize", reason: "is 5, below 100; give a whole number of events from 100 to 1000" }]
 *
 * For `authScheme` or `callback`, which take a resource, give `LATER`.
 */
export function findProblems(name: KindName, args: Readonly<Record<string, unknown>>): Problem[] {
  const kind = kindOf(name);
  const ids = referencesOf(kind.properties);
  const allowed = [...programInputs(kind.properties), ...Object.keys(ids)];
  const given = Object.entries(args).filter(([, value]) => value !== undefined && value !== null);
  const strangers = given.filter(([key]) => !allowed.includes(key));
  const known = given.filter(([key]) => allowed.includes(key));
  const inputs = known.map(([key, value]) => [ids[key] ?? key, value === LATER || key in ids ? UNKNOWN : value]);
  // A name that is left out is generated: of which resource, does not matter here.
  const named = kind.named === undefined ? [] : [["owner", ownerWithin("check", "name")]];
  const { failures } = resolveInputs(kind, Object.fromEntries([...inputs, ...named]));
  return [
    ...strangers.map(([property]) => ({ property, reason: strangerText(kind, property, allowed) })),
    ...Object.entries(ids).flatMap(([reference, id]) => findDouble(args, reference, id)),
    ...failures.map((failure) => withReference(ids, failure)),
  ];
}

/** Where the arguments of a resource have secrets, like `["verification", "bearerToken"]`. */
export function secretPaths(name: KindName): string[][] {
  return pathsIn(kindOf(name).properties);
}

function kindOf(name: KindName): Kind {
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) throw new Error(`pulumi-ens has no ${name}; it has ${Object.keys(kinds).join(", ")}`);
  return kind;
}

function findDouble(args: Readonly<Record<string, unknown>>, reference: string, id: string): Problem[] {
  const isGiven = (key: string) => args[key] !== undefined && args[key] !== null;
  if (!isGiven(reference) || !isGiven(id)) return [];
  return [{ property: reference, reason: `and ${id} are both given; give one of them` }];
}

/** An id that is missing may also come from a resource. */
function withReference(ids: Readonly<Record<string, string>>, { property, reason }: Problem): Problem {
  const [reference] = Object.entries(ids).find(([, id]) => id === property) ?? [];
  if (reference === undefined || !reason.startsWith("is missing")) return { property, reason };
  return { property: reference, reason: `is missing; give it, or ${property}` };
}
