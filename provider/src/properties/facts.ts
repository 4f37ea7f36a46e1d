import type { Properties, Property } from "./types";

/** The names of the properties of which something is true, in the order of the table. */
export function namesWhere(table: Properties, isTrue: (property: Property) => boolean): string[] {
  return Object.entries(table).flatMap(([name, property]) => (isTrue(property) ? [name] : []));
}

/** The same, found once for each table: these are asked for with every call of the engine. */
function namesOnce(isTrue: (property: Property) => boolean): (table: Properties) => readonly string[] {
  const known = new WeakMap<Properties, readonly string[]>();
  return (table) => {
    const names = known.get(table) ?? namesWhere(table, isTrue);
    known.set(table, names);
    return names;
  };
}

/** What a program may give. */
export const programInputs = namesOnce(({ input }) => input === "required" || input === "optional");
/** The inputs whose change is a reason to act. */
export const comparedInputs = namesOnce(({ input, compared }) => input !== undefined && compared !== false);
/** What ENS has under the same name. */
export const sharedNames = namesOnce(({ ens }) => ens !== undefined);
/** What nobody may see. */
export const secretNames = namesOnce(({ secret }) => secret === true);

/** The ids for which the constructor also takes a resource, by the argument that takes it. */
export function referencesOf(table: Properties): Readonly<Record<string, string>> {
  const found = Object.entries(table).flatMap(([id, { reference }]) =>
    reference === undefined ? [] : [[reference, id]],
  );
  return Object.fromEntries(found);
}

/** The output with ENS's id. */
export function identityOf(table: Properties): string {
  const [name] = namesWhere(table, ({ identity }) => identity !== undefined);
  if (name === undefined) throw new Error("a table of properties has no identity");
  return name;
}

type Sent = "fixed" | "stored" | "switched";
/** The names of what ENS takes in one of these ways. */
type NamesSent<Table extends Properties, Ways extends Sent> = {
  [Name in keyof Table]: Table[Name] extends { ens: Ways } ? Name : never;
}[keyof Table] &
  string;

/**
 * Of some values, those that ENS takes in one of these ways. The compiler refuses values whose type lacks one of them, such
 * as an answer of ENS that is read without it: it would neither be sent nor be compared.
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
