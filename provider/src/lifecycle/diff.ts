import { isDeepStrictEqual } from "node:util";
import type { Kind, Values } from "../kinds/kind";
import { comparedInputs, namesWhere } from "../properties/facts";
import { type Objects, ownerKey } from "../run/objects";
import { otherUnit } from "./business-unit";
import { holderOf } from "./holder";
import { settle } from "./inputs";
import { isUnknown } from "./unknown";
import { ACCOUNT, CREATED } from "./values";

export interface Difference {
  readonly changes: boolean;
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
 * What an update would change, from what was asked and what was last seen. No call.
 *
 * An object that another provider made, in another business unit than the known one, is replaced: the engine itself sees
 * no change there.
 */
export function diff(kind: Kind, known: Known, id: string, state: Values, inputs: Values): Difference {
  const { values } = settle(kind, inputs);
  known.objects.hold(id, holderOf(kind, { ...state, owner: inputs.owner ?? state.owner }));
  const changed = changedProperties(kind, state, values);
  const useless = kind.beyondRepair?.(state);
  const replaces = changed.filter((key) => kind.properties[key]?.replaces === true);
  const perhaps = replaces.length > 0 && replaces.every((key) => isUnknown(values[key]));
  if (useless !== undefined) replaces.push(useless.property);
  const elsewhere = otherUnit(state, known.accountId);
  if (elsewhere !== undefined) replaces.push(ACCOUNT);
  const unfinished = kind.unfinished?.(state, values) ?? false;
  const unique = namesWhere(kind.properties, (property) => property.unique === true);
  const deleteBeforeReplace = replaces.length > 0 && unique.some((key) => !changed.includes(key));
  const plan = { deletesFirst: deleteBeforeReplace && useless === undefined, perhaps };
  const replacement = replaces.length > 0 ? kind.replacement?.(plan, state) : undefined;
  const consequence = replaces.length === 0 ? kind.consequence?.(state, values) : undefined;
  const warning = [elsewhere, useless?.why, replacement, consequence].filter((why) => why !== undefined).join(": ");
  const owner = ownerKey(kind.name, inputs.owner);
  // The run that created it may have ended before it deleted what it replaced.
  if (typeof state.replaces === "string" && state.status === "active") {
    known.objects.rememberSuccessor(state.replaces, Date.parse(String(state[CREATED])));
  }
  if (replaces.length > 0 && owner !== undefined) known.objects.rememberPredecessor(owner, { id, state });
  return {
    changes: changed.length > 0 || unfinished || replaces.length > 0 || isRespelled(kind, state, inputs, values),
    replaces,
    deleteBeforeReplace,
    ...(warning === "" ? {} : { warning }),
  };
}

/** The compared properties that mean something else than in the state, or are not known yet. */
function changedProperties(kind: Kind, state: Values, values: Values): string[] {
  return comparedInputs(kind.properties).filter((key) => !means(kind, key, state[key], values[key]));
}

export function means(kind: Kind, property: string, one: unknown, other: unknown): boolean {
  const normal = (value: unknown) => kind.normalize?.(property, value) ?? value;
  return isDeepStrictEqual(normal(one), normal(other));
}

/**
 * The program writes the same thing in another order or form. That is an update without a call: only outputs that say how
 * it is written let a later refresh write drift in that way. A state of an older version does not say it, and stays as
 * it is as long as nothing depends on it.
 */
function isRespelled(kind: Kind, state: Values, inputs: Values, values: Values): boolean {
  const spelling = kind.spelling?.(inputs);
  if (spelling === undefined || isUnknown(inputs)) return false;
  const told = Object.entries(spelling);
  if (!told.every(([key]) => key in state)) return inputs.ignoredPaths !== undefined;
  if (told.some(([key, value]) => state[key] !== value)) return true;
  return comparedInputs(kind.properties).some(
    (key) => Array.isArray(values[key]) && !isDeepStrictEqual(state[key], values[key]),
  );
}
