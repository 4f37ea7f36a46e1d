import type { Properties, Property } from "./types";

/** Returns the names of the properties that meet a condition, in the order of the table. */
export function namesWhere(table: Properties, isTrue: (property: Property) => boolean): string[] {
  return Object.entries(table).flatMap(([name, property]) => (isTrue(property) ? [name] : []));
}

/** Like `namesWhere`, with a stored result for each table, because every call of the engine needs these names. */
function namesOnce(isTrue: (property: Property) => boolean): (table: Properties) => readonly string[] {
  const known = new WeakMap<Properties, readonly string[]>();
  return (table) => {
    const names = known.get(table) ?? namesWhere(table, isTrue);
    known.set(table, names);
    return names;
  };
}

/** Inputs that a program may set. */
export const programInputs = namesOnce(({ input }) => input === "required" || input === "optional");
/** Inputs that cause an update or a replacement when they change. */
export const comparedInputs = namesOnce(({ input, compared }) => input !== undefined && compared !== false);
/** Properties that ENS has under the same name. */
export const sharedNames = namesOnce(({ ens }) => ens !== undefined);
/** Secret properties. */
export const secretNames = namesOnce(({ secret }) => secret === true);

/**
 * Returns the ids that can also be set by passing a resource, by the name of the argument that accepts the resource.
 */
export function referencesOf(table: Properties): Readonly<Record<string, string>> {
  const found = Object.entries(table).flatMap(([id, { reference }]) =>
    reference === undefined ? [] : [[reference, id]],
  );
  return Object.fromEntries(found);
}

/** Returns the name of the output that contains the id in ENS. */
export function identityOf(table: Properties): string {
  const [name] = namesWhere(table, ({ identity }) => identity !== undefined);
  if (name === undefined) throw new Error("a table of properties has no identity");
  return name;
}

type Sent = "fixed" | "stored" | "switched";
/** Names of the properties that are sent to ENS in one of these ways. */
type NamesSent<Table extends Properties, Ways extends Sent> = {
  [Name in keyof Table]: Table[Name] extends { ens: Ways } ? Name : never;
}[keyof Table] &
  string;

/**
 * Returns the values that are sent to ENS in one of these ways. The compiler rejects values whose type lacks one of
 * these properties, for example a response of ENS that is read without it, because the property would be neither sent
 * nor compared.
 */
export function pickSent<Table extends Properties, Ways extends Sent, Values extends object>(
  table: Table,
  ways: readonly Ways[],
  values: Values & { readonly [Name in Exclude<NamesSent<Table, Ways>, keyof Values>]: unknown },
): Pick<Values, Extract<NamesSent<Table, Ways>, keyof Values>> {
  const names = namesWhere(table, ({ ens }) => ways.some((way) => way === ens)).filter((name) => name in values);
  return Object.fromEntries(names.map((name) => [name, Reflect.get(values, name)])) as Pick<
    Values,
    Extract<NamesSent<Table, Ways>, keyof Values>
  >;
}
