import { isDeepStrictEqual } from "node:util";
import type { Kind, Values } from "../kinds/kind";
import { comparedInputs, namesWhere } from "../properties/facts";
import { type Objects, ownerKey } from "../run/objects";
import { otherUnit } from "./business-unit";
import { holderOf } from "./holder";
import { resolveInputs } from "./inputs";
import { isUnknown } from "./unknown";
import { ACCOUNT, CREATED } from "./values";

/** One property that an update or a replacement would change. */
export interface Change {
  readonly property: string;
  readonly how: "added" | "changed" | "removed";
  /** ENS cannot change it in place. */
  readonly replaces: boolean;
}

export interface Difference {
  /** Whether there is anything to do, also where no property says so, as for a callback that is not verified yet. */
  readonly changes: boolean;
  /** Each property that changes, in the order of the table. Those that only say why an object is replaced come last. */
  readonly details: readonly Change[];
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
  /** What a person should know before it is done. */
  readonly warning?: string;
}

/** What a process knows without asking anybody. */
export interface Known {
  readonly objects: Objects;
  /** The business unit (MID). */
  readonly accountId: string | undefined;
}

/**
 * What an update would change, from what was asked and what was last seen. No call. The run is told what the engine has
 * decided by it.
 *
 * An object that another provider made, in another business unit than the known one, is replaced: the engine itself sees
 * no change there.
 */
export function diff(kind: Kind, known: Known, id: string, state: Values, inputs: Values): Difference {
  const { values } = resolveInputs(kind, inputs);
  const useless = kind.mustReplace?.(state);
  const elsewhere = otherUnit(state, known.accountId);
  const changed = findChanges(kind, state, values);
  const causes = [...(useless === undefined ? [] : [useless.property]), ...(elsewhere === undefined ? [] : [ACCOUNT])];
  const details = [...changed, ...causes.map((property): Change => ({ property, how: "changed", replaces: true }))];
  const replaces = details.flatMap((change) => (change.replaces ? [change.property] : []));
  const deleteBeforeReplace = replaces.length > 0 && keepsUnique(kind, changed);
  const forcing = changed.filter((change) => change.replaces);
  const perhaps = forcing.length > 0 && forcing.every(({ property }) => isUnknown(values[property]));
  const plan = { deletesFirst: deleteBeforeReplace && useless === undefined, perhaps };
  const replacement = replaces.length > 0 ? kind.warnOfReplacement?.(plan, state) : undefined;
  const consequence = replaces.length === 0 ? kind.warnOfUpdate?.(state, values) : undefined;
  const warning = [elsewhere, useless?.why, replacement, consequence].filter((why) => why !== undefined).join(": ");
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

/** The compared properties that mean something else than in the state, or are not known yet. */
function findChanges(kind: Kind, state: Values, values: Values): Change[] {
  return comparedInputs(kind.properties).flatMap((property): Change[] => {
    const [before, after] = [state[property], values[property]];
    const { default: usual, replaces } = kind.properties[property] ?? {};
    // A state of a version that did not have the property says nothing of it: the object has what is usual.
    if (isSameValue(kind, property, before ?? usual, after)) return [];
    const how = before === undefined ? "added" : after === undefined ? "removed" : "changed";
    return [{ property, how, replaces: replaces === true }];
  });
}

/** A value that ENS takes once stays the same, so that the new object cannot be created beside the old one. */
function keepsUnique(kind: Kind, changed: readonly Change[]): boolean {
  const unique = namesWhere(kind.properties, (property) => property.unique === true);
  return unique.some((name) => !changed.some(({ property }) => property === name));
}

/** What the engine has decided is all that later calls of this run are told of it. */
function remember(
  kind: Kind,
  objects: Objects,
  entry: { readonly id: string; readonly state: Values; readonly inputs: Values; readonly isReplaced: boolean },
): void {
  const { id, state, inputs, isReplaced } = entry;
  objects.hold(id, holderOf(kind, { ...state, owner: inputs.owner ?? state.owner }));
  // The run that created it may have ended before it deleted what it replaced.
  if (typeof state.replaces === "string" && state.status === "active") {
    objects.rememberSuccessor(state.replaces, Date.parse(String(state[CREATED])));
  }
  const owner = ownerKey(kind.name, inputs.owner);
  if (isReplaced && owner !== undefined) objects.rememberPredecessor(owner, { id, state });
}

export function isSameValue(kind: Kind, property: string, one: unknown, other: unknown): boolean {
  const normal = (value: unknown) => kind.normalize?.(property, value) ?? value;
  return isDeepStrictEqual(normal(one), normal(other));
}

/**
 * The program writes the same thing in another order or form. That is an update without a call: only outputs that say how
 * it is written let a later refresh write drift in that way. A state of an older version does not say it, and stays as
 * it is as long as nothing depends on it.
 */
function isRespelled(kind: Kind, state: Values, inputs: Values, values: Values): boolean {
  const spelling = kind.spellingOf?.(inputs);
  if (spelling === undefined || isUnknown(inputs)) return false;
  const told = Object.entries(spelling);
  if (!told.every(([key]) => key in state)) return inputs.ignoredPaths !== undefined;
  if (told.some(([key, value]) => state[key] !== value)) return true;
  return comparedInputs(kind.properties).some(
    (key) => Array.isArray(values[key]) && !isDeepStrictEqual(state[key], values[key]),
  );
}
