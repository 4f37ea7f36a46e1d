import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { EnsClient } from "../ens/client";
import { EnsError } from "../ens/errors";
import { poll, READ_LAG_MS } from "../ens/poll";
import { type Failure, InitializationFailed, type Kind } from "../kinds/kind";
import { isUnknown } from "./unknown";

/** Property names and plain values, as they stand in a state file. */
export type Properties = Record<string, unknown>;
/** A kind whose types are checked where it is written, not here. */
export type AnyKind = Kind<never, never>;

/** When we made the object, ISO 8601, unless the kind knows better; a 404 shortly after is not believed. */
const CREATED = "createdAt";
/** The business unit (MID) that we made the object in, where the settings named it; other units answer 404. */
const ACCOUNT = "accountId";

/**
 * Defaults and limits for what a program asks, without any call. A value that is not known yet passes, and costs the
 * other properties neither their defaults nor their checks.
 */
export function check(
  kind: AnyKind,
  news: Properties,
): { inputs: Properties; failures: Failure[]; warnings: string[] } {
  const given = Object.entries(news).filter(([, value]) => value !== undefined && value !== null);
  const unknown = Object.fromEntries(given.filter(([, value]) => isUnknown(value)));
  const known = Object.fromEntries(given.filter(([key]) => !(key in unknown)));
  const shape: z.ZodRawShape = kind.inputs.shape;
  const checked = Object.fromEntries(Object.entries(shape).filter(([key]) => !(key in unknown)));
  const parsed = z.strictObject(checked).safeParse(known);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => failuresOf(issue, Object.keys(shape)));
  const rules = kind.rules?.(known as never, ((property: string) => property in known || property in unknown) as never);
  const failures = [...issues, ...(rules ?? [])].filter(
    (failure, at, all) => all.findIndex((other) => other.property === failure.property) === at,
  );
  const inputs = parsed.success ? (parsed.data as Properties) : known;
  const found = failures.length === 0 ? (kind.warnings?.(inputs as never) ?? []) : [];
  const warnings = found.map((warning) => `${kind.noun} ${kind.label(inputs as never)}: ${warning}`);
  return { inputs: { ...present(inputs), ...unknown }, failures, warnings };
}

function failuresOf(issue: z.core.$ZodIssue, names: string[]): Failure[] {
  if (issue.code === "unrecognized_keys") {
    const where = issue.path.length === 0 ? `there are ${names.join(", ")}` : "remove it";
    return issue.keys.map((key) => ({
      property: pathText([...issue.path, key]),
      reason: `is not a property of this resource; ${where}`,
    }));
  }
  return [{ property: pathText(issue.path), reason: issue.message }];
}

function pathText(path: PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${String(part)}`))
    .join("");
}

export interface Difference {
  readonly changes: boolean;
  readonly replaces: string[];
  readonly deleteBeforeReplace: boolean;
  /** What a person should know before it is done. */
  readonly warning?: string;
}

/**
 * What an update would change, from what was asked and what was last seen. No call.
 *
 * An object that another provider made, in another business unit than this `accountId`, is replaced: the engine itself
 * sees no change there.
 */
export function diff(kind: AnyKind, state: Properties, inputs: Properties, accountId?: string): Difference {
  const uncompared: readonly string[] = kind.uncompared;
  const compared = Object.keys(kind.inputs.shape).filter((key) => !uncompared.includes(key));
  const changed = compared.filter((key) => !isDeepStrictEqual(state[key], inputs[key]));
  const useless = kind.beyondRepair?.(state as never);
  const replaces = changed.filter((key) => (kind.replaces as readonly string[]).includes(key));
  if (useless !== undefined) replaces.push(useless.property);
  const elsewhere = whereElse(state, accountId);
  if (elsewhere !== undefined) replaces.push(ACCOUNT);
  const unfinished = kind.unfinished?.(state as never, inputs as never) ?? false;
  const unique: readonly string[] = kind.unique;
  const deleteBeforeReplace = replaces.length > 0 && unique.some((key) => !changed.includes(key));
  const loses = deleteBeforeReplace && useless === undefined;
  const replacement = replaces.length > 0 ? kind.replacement?.(loses, state as never) : undefined;
  const warning = [elsewhere, useless?.why, replacement].filter((why) => why !== undefined).join(": ");
  return {
    changes: changed.length > 0 || unfinished || replaces.length > 0,
    replaces,
    deleteBeforeReplace,
    ...(warning === "" ? {} : { warning }),
  };
}

export async function create(
  kind: AnyKind,
  ens: EnsClient,
  inputs: Properties,
): Promise<{ id: string; outs: Properties }> {
  const account = ens.accountId === undefined ? {} : { [ACCOUNT]: ens.accountId };
  const created = { [CREATED]: new Date(ens.clock.now()).toISOString(), ...account };
  try {
    const { id, state } = await kind.create(ens, inputs as never);
    return { id, outs: { ...created, ...(state as Properties) } };
  } catch (error) {
    if (!(error instanceof InitializationFailed)) throw error;
    throw new InitializationFailed(error.resourceId, { ...created, ...error.state }, error.message, { cause: error });
  }
}

/** The object as it is now and the inputs that would make it so; `undefined` when it is gone. */
export async function read(
  kind: AnyKind,
  ens: EnsClient,
  id: string,
  state: Properties,
): Promise<{ props: Properties; inputs: Properties } | undefined> {
  mustBeHere(ens, state);
  const age = ens.clock.now() - Date.parse(String(state[CREATED]));
  const believedAfter = Number.isNaN(age) ? 0 : Math.max(0, READ_LAG_MS - age);
  const props = await poll(ens, believedAfter, `ENS to show ${kind.noun} ${id}`, () =>
    kind.read(ens, id, state as never).then(
      (live) => live as Properties,
      (error: unknown) => {
        if (error instanceof EnsError && error.gone) return undefined;
        throw error;
      },
    ),
  );
  if (props === undefined) return undefined;
  const declared = Object.keys(kind.inputs.shape);
  return { props, inputs: present(Object.fromEntries(declared.map((key) => [key, props[key]]))) };
}

export async function update(
  kind: AnyKind,
  ens: EnsClient,
  id: string,
  inputs: Properties,
  state: Properties,
): Promise<Properties> {
  const updated = (await kind.update(ens, id, inputs as never, state as never)) as Properties;
  return present({ [CREATED]: state[CREATED], [ACCOUNT]: state[ACCOUNT] ?? ens.accountId, ...updated });
}

export async function remove(kind: AnyKind, ens: EnsClient, id: string, state: Properties): Promise<void> {
  mustBeHere(ens, state);
  await kind.delete(ens, id, state as never);
}

function whereElse(state: Properties, accountId: string | undefined): string | undefined {
  const made = state[ACCOUNT];
  if (made === undefined || accountId === undefined || made === accountId) return undefined;
  return `it was made in business unit ${made}, and this is ${accountId}`;
}

/** A 404 of another business unit would count as gone: the object would be forgotten, and go on without us. */
function mustBeHere({ accountId }: EnsClient, state: Properties): void {
  const elsewhere = whereElse(state, accountId);
  if (elsewhere === undefined) return;
  const wayOut = `act in ${state[ACCOUNT]} again; to move it, give it an ens.Provider of its own for ${accountId}`;
  throw new Error(`${elsewhere}: nothing was read or changed; ${wayOut}`);
}

function present(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
