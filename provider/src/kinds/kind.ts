import type { z } from "zod";
import { identityOf } from "../properties/facts";
import type { Properties } from "../properties/types";
import type { Run } from "../run/run";
import { type Forms, inputsSchema } from "../validation/schema";
import type { Imported } from "./imported";

/** Property names and plain values, as in a state file. */
export type Values = Record<string, unknown>;

/** The part of the lifecycle that differs between kinds. */
export interface KindDefinition<Inputs extends Values, State extends Values> {
  /** Name of the kind in this package, as in the type of its resources. */
  readonly name: string;
  /** Name of such an object in messages. */
  readonly noun: string;
  /** Table of the properties with their limits, defaults and roles. */
  readonly properties: Properties;
  /** Checks of the types that have their own check. Lists keep the order in the program. */
  readonly forms: Forms;
  /**
   * The property with the object's name, and the property from which (with the resource) a missing name is generated.
   */
  readonly named?: { readonly property: keyof Inputs & string; readonly by: keyof Inputs & string };
  /** Returns the normal form of a property, in which equivalent values are equal. Used only to compare and to send. */
  normalize?(property: string, value: unknown): unknown;
  /**
   * Returns outputs that describe how the program wrote a property that can be written in several ways. States of
   * versions before 0.3 do not have these outputs.
   */
  spellingOf?(written: Readonly<Values>): Values;
  /** Returns the inputs in the form in which the program wrote them, if the outputs have another form. */
  inWrittenForm?(state: State): Values;
  /** Checks rules about more than one property. `has` is also true for a value that is not known yet. */
  rules?(inputs: Partial<Inputs>, has: (property: string) => boolean): Failure[];
  /**
   * Returns warnings about valid inputs that may be a mistake. Called only with inputs that pass the checks, and with the
   * outputs of `spellingOf`.
   */
  warnings?(inputs: Partial<Inputs>, spelling: Values): string[];
  /** Whether an update is needed although inputs and state are equal. No requests: the engine calls diff one by one. */
  needsUpdate?(state: State, inputs: Partial<Inputs>): boolean;
  /** Warning when a refresh finds that the object no longer exists, in full sentences. */
  readonly warningWhenDeleted?: string;
  /** Returns a warning before an object is replaced. */
  warnOfReplacement?(plan: Replacement, state: State): string | undefined;
  /** Returns a warning before an object is updated. Sends no requests. */
  warnOfUpdate?(state: State, inputs: Partial<Inputs>): string | undefined;
  /** Returns the property that shows that an object must be replaced, and the reason. Sends no requests. */
  mustReplace?(state: State): { readonly property: keyof State & string; readonly why: string } | undefined;
  /** Returns the name of the object in messages, without any secret. */
  label(inputs: Partial<Inputs>): string;
  create(run: Run, inputs: Inputs): Promise<{ readonly id: string; readonly state: State }>;
  /**
   * Describes an object that is in no state, by its id. Rejects with a 404 `EnsError` if the object does not exist, and
   * with the reason if no resource can describe it.
   */
  import(run: Run, id: string): Promise<Imported<Inputs, State>>;
  /** Rejects with a 404 `EnsError` if the object no longer exists. `state` contains what ENS returns only once. */
  read(run: Run, id: string, state: State): Promise<State>;
  update(run: Run, id: string, inputs: Inputs, state: State): Promise<State>;
  delete(run: Run, id: string, state: State): Promise<void>;
  /**
   * Returns the name of the object in ENS; `undefined` if ENS does not show it. Called before a delete. Unless `fresh`
   * is set, one list is used for all deletes of a run.
   */
  findName?(run: Run, id: string, state: State, fresh: boolean): Promise<string | undefined>;
}

/**
 * A kind as the lifecycle uses it. A kind knows the types of its own values, but the lifecycle treats all kinds alike
 * and uses a `Kind` of any values. It passes only inputs that passed the checks of the kind, and states of the kind.
 */
export interface Kind<Inputs extends Values = Values, State extends Values = Values>
  extends KindDefinition<Inputs, State> {
  /** Name of the output with the id in ENS, which every state contains. */
  readonly identity: string;
  /** Check of all inputs, built from the table. */
  readonly inputs: z.ZodObject;
}

/** Returns a kind with the parts that are derived from its table. */
export function defineKind<Inputs extends Values, State extends Values>(
  definition: KindDefinition<Inputs, State>,
): Kind<Inputs, State> {
  const { properties, forms } = definition;
  return { ...definition, identity: identityOf(properties), inputs: inputsSchema(properties, forms) };
}

/** How an object is replaced. */
export interface Replacement {
  /** Whether an object in use is deleted before the new one is created. */
  readonly deletesFirst: boolean;
  /** Whether the new value that forces the replacement is not known yet and may equal the old one. */
  readonly perhaps: boolean;
}

/** A rejected property, and the reason with a hint. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** Returns an object without some of its properties. The type stays the same if all of them are optional. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: K[]): Without<T, K> {
  const dropped: readonly PropertyKey[] = keys;
  return Object.fromEntries(Object.entries(object).filter(([key]) => !dropped.includes(key))) as Without<T, K>;
}

type Without<T, K extends keyof T> = Partial<Pick<T, K>> extends Pick<T, K> ? T : Omit<T, K>;
