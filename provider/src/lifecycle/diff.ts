import { isDeepStrictEqual } from "node:util";
import type { Kind, Values } from "../kinds/kind";
import { comparedInputs, namesWhere } from "../properties/facts";
import { type Objects, ownerKey } from "../run/objects";
import { explainOtherUnit } from "./business-unit";
import { holderOf } from "./holder";
import { resolveInputs } from "./inputs";
import { isUnknown } from "./unknown";
import { ACCOUNT, CREATED } from "./values";

/** One property that an update or a replacement would change. */
export interface Change {
  readonly property: string;
  readonly how: "added" | "changed" | "removed";
  /** Whether the change needs a replacement, because ENS cannot update the property. */
  readonly replaces: boolean;
}

/** Result of `diff`. */
export interface Difference {
  /** Whether an update is needed. It may be needed without a changed property, for example for an unverified callback. */
  readonly changes: boolean;
  /** The changed properties in the order of the table, followed by properties that only explain a replacement. */
  readonly details: readonly Change[];
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
  /** Warning for the preview. */
  readonly warning?: string;
}

/** What is known without a request. */
export interface Known {
  readonly objects: Objects;
  /** The business unit (MID). */
  readonly accountId: string | undefined;
}

/**
 * Compares the inputs with the state, and sends no requests. Records in `known.objects` what the engine will decide.
 *
 * An object that another provider created in another business unit is replaced, which the engine itself would not notice.
 */
export function diff(kind: Kind, known: Known, id: string, state: Values, inputs: Values): Difference {
  const { values } = resolveInputs(kind, inputs);
  const unusable = kind.mustReplace?.(state);
  const elsewhere = explainOtherUnit(state, known.accountId);
  const changed = findChanges(kind, state, values);
  const causes = [
    ...(unusable === undefined ? [] : [unusable.property]),
    ...(elsewhere === undefined ? [] : [ACCOUNT]),
  ];
  const details = [...changed, ...causes.map((property): Change => ({ property, how: "changed", replaces: true }))];
  const replaces = details.flatMap((change) => (change.replaces ? [change.property] : []));
  const deleteBeforeReplace = replaces.length > 0 && keepsUnique(kind, changed);
  const forcing = changed.filter((change) => change.replaces);
  const perhaps = forcing.length > 0 && forcing.every(({ property }) => isUnknown(values[property]));
  const plan = { deletesFirst: deleteBeforeReplace && unusable === undefined, perhaps };
  const replacement = replaces.length > 0 ? kind.warnOfReplacement?.(plan, state) : undefined;
  const consequence = replaces.length === 0 ? kind.warnOfUpdate?.(state, values) : undefined;
  const warning = joinSentences([elsewhere, unusable?.why, replacement, consequence]);
  remember(kind, known.objects, { id, state, inputs, isReplaced: replaces.length > 0 });
  return {
    changes:
      details.length > 0 || kind.needsUpdate?.(state, values) === true || isRespelled(kind, state, inputs, values),
    details,
    replaces,
    deleteBeforeReplace,
    ...(warning === "" ? {} : { warning }),
  };
}

/** Joins the parts of a warning. Each part except the first becomes a sentence of its own. */
function joinSentences(parts: readonly (string | undefined)[]): string {
  const [first = "", ...rest] = parts.filter((part) => part !== undefined);
  const sentences = rest.map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return [first, ...sentences]
    .map((part, at, all) => (at < all.length - 1 ? part.replace(/\.$/, "") : part))
    .join(". ");
}

/** Finds the compared properties whose meaning differs from the state, or whose values are unknown. */
function findChanges(kind: Kind, state: Values, values: Values): Change[] {
  return comparedInputs(kind.properties).flatMap((property): Change[] => {
    const [before, after] = [state[property], values[property]];
    const { default: usual, replaces } = kind.properties[property] ?? {};
    // A state from a version without this property does not contain it, so the object has the default.
    if (isSameValue(kind, property, before ?? usual, after)) return [];
    const how = before === undefined ? "added" : after === undefined ? "removed" : "changed";
    return [{ property, how, replaces: replaces === true }];
  });
}

/** Returns whether a unique value stays the same, so that the new object cannot exist beside the old one. */
function keepsUnique(kind: Kind, changed: readonly Change[]): boolean {
  const unique = namesWhere(kind.properties, (property) => property.unique === true);
  return unique.some((name) => !changed.some(({ property }) => property === name));
}

/** Records the decision of the engine, because later calls of this run do not receive it. */
function remember(
  kind: Kind,
  objects: Objects,
  entry: { readonly id: string; readonly state: Values; readonly inputs: Values; readonly isReplaced: boolean },
): void {
  const { id, state, inputs, isReplaced } = entry;
  objects.hold(id, holderOf(kind, { ...state, owner: inputs.owner ?? state.owner }));
  // The run that created the object may have ended before it deleted the replaced object.
  if (typeof state.replaces === "string" && state.status === "active") {
    objects.rememberSuccessor(state.replaces, Date.parse(String(state[CREATED])));
  }
  const owner = ownerKey(kind.name, inputs.owner);
  if (isReplaced && owner !== undefined) objects.rememberPredecessor(owner, { id, state });
}

/** Returns whether two values of a property mean the same. */
export function isSameValue(kind: Kind, property: string, one: unknown, other: unknown): boolean {
  const normal = (value: unknown) => kind.normalize?.(property, value) ?? value;
  return isDeepStrictEqual(normal(one), normal(other));
}

/**
 * Returns whether the program writes the same values in another order or format. This needs an update without a request,
 * because a later refresh must write drift in the new format, and the outputs record that format. The state of an older
 * version does not record it, and stays unchanged as long as nothing depends on it.
 */
function isRespelled(kind: Kind, state: Values, inputs: Values, values: Values): boolean {
  const spelling = kind.spellingOf?.(inputs);
  if (spelling === undefined || isUnknown(inputs)) return false;
  const recorded = Object.entries(spelling);
  if (!recorded.every(([key]) => key in state)) return inputs.ignoredPaths !== undefined;
  if (recorded.some(([key, value]) => state[key] !== value)) return true;
  return comparedInputs(kind.properties).some(
    (key) => Array.isArray(values[key]) && !isDeepStrictEqual(state[key], values[key]),
  );
}
