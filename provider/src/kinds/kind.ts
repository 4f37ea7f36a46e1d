import type { z } from "zod";
import { identityOf } from "../properties/facts";
import type { Properties } from "../properties/types";
import type { Run } from "../run/run";
import { type Forms, inputsSchema } from "../validation/schema";
import type { Imported } from "./imported";

/** Property names and plain values, as they stand in a state file. */
export type Values = Record<string, unknown>;

/** What one kind says about itself. The rest of the lifecycle is the same for all of them. */
export interface KindDefinition<Inputs extends Values, State extends Values> {
  /** Its name in this package, as in the type of its resources. */
  readonly name: string;
  /** What ENS's pages call it. */
  readonly noun: string;
  /** The table of its properties: limits, defaults, what is compared, what replaces, what is secret. */
  readonly properties: Properties;
  /** The checks of the types that have one of their own. Lists keep the program's order. */
  readonly forms: Forms;
  /** The property with the object's name, and the one that it is generated from (besides the resource) when left out. */
  readonly named?: { readonly property: keyof Inputs & string; readonly by: keyof Inputs & string };
  /** The normal form of a property in which two ways to write the same thing are equal: for comparing and sending only. */
  normalize?(property: string, value: unknown): unknown;
  /**
   * Outputs that tell how the program wrote a property that can be written in several ways. A state without them is one of
   * a version before 0.3.
   */
  spellingOf?(written: Readonly<Values>): Values;
  /** Inputs in the form in which the program wrote them, where outputs have another one. */
  inWrittenForm?(state: State): Values;
  /** Rules that look at more than one property. `has` is also true for a value that is not known yet. */
  rules?(inputs: Partial<Inputs>, has: (property: string) => boolean): Failure[];
  /** What is allowed and may still be a mistake, or a bad idea: one sentence each. Only called with inputs that pass. */
  warnings?(inputs: Partial<Inputs>): string[];
  /** What comparing inputs with state cannot see. No network: the engine calls diff one by one. */
  needsUpdate?(state: State, inputs: Partial<Inputs>): boolean;
  /** What a person should know before an object is replaced. */
  warnOfReplacement?(plan: Replacement, state: State): string | undefined;
  /** What a person should know before an object is changed in place. No network. */
  warnOfUpdate?(state: State, inputs: Partial<Inputs>): string | undefined;
  /** The property that says that an object is of no use any more, so that it is replaced, and why. No network. */
  mustReplace?(state: State): { readonly property: keyof State & string; readonly why: string } | undefined;
  /** How messages call the object, without any secret. */
  label(inputs: Partial<Inputs>): string;
  create(run: Run, inputs: Inputs): Promise<{ readonly id: string; readonly state: State }>;
  /**
   * An object that is in no state, by its id alone. Rejects with a 404 `EnsError` when there is none, and with a reason when
   * no resource can describe it.
   */
  import(run: Run, id: string): Promise<Imported<Inputs, State>>;
  /** Rejects with a 404 `EnsError` when the object is gone. `state` holds what ENS tells only once. */
  read(run: Run, id: string, state: State): Promise<State>;
  update(run: Run, id: string, inputs: Inputs, state: State): Promise<State>;
  delete(run: Run, id: string, state: State): Promise<void>;
  /**
   * The name that ENS shows for the object; `undefined` where that cannot be seen. Asked before a delete. Unless it must be
   * fresh, one list serves all deletes of a run.
   */
  findName?(run: Run, id: string, state: State, fresh: boolean): Promise<string | undefined>;
}

/**
 * A kind as the lifecycle uses it. Its types say what a kind knows of its own values; the lifecycle, which treats all kinds
 * alike, takes a `Kind` of any values. It hands a kind nothing but inputs that passed its checks, and states of its own.
 */
export interface Kind<Inputs extends Values = Values, State extends Values = Values>
  extends KindDefinition<Inputs, State> {
  /** The output with ENS's id, which every state has. */
  readonly identity: string;
  /** The check of all inputs, made from the table. */
  readonly inputs: z.ZodObject;
}

/** A kind, with what follows from its table. */
export function defineKind<Inputs extends Values, State extends Values>(
  definition: KindDefinition<Inputs, State>,
): Kind<Inputs, State> {
  const { properties, forms } = definition;
  return { ...definition, identity: identityOf(properties), inputs: inputsSchema(properties, forms) };
}

/** How an object is replaced. */
export interface Replacement {
  /** One that is in use is deleted before the new one is created. */
  readonly deletesFirst: boolean;
  /** What forces the replacement is not known yet: it may turn out to be the same. */
  readonly perhaps: boolean;
}

/** A property that cannot be taken as given, why, and the way out. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** An object without some of its properties. It keeps its type when all of them are optional. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: K[]): Without<T, K> {
  const dropped: readonly PropertyKey[] = keys;
  return Object.fromEntries(Object.entries(object).filter(([key]) => !dropped.includes(key))) as Without<T, K>;
}

type Without<T, K extends keyof T> = Partial<Pick<T, K>> extends Pick<T, K> ? T : Omit<T, K>;
