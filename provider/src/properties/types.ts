/**
 * What values a property takes, and what a person is told about a wrong one. Types are plain data, so that programs, the
 * provider process and the documentation read the same ones.
 */
export type Type = Text | Url | Duration | Choice | Integer | Flag | Program | Form | Shape | Variants;

/** `as is` keeps white space at the ends, `trimmed` takes it off, and a `name` keeps it where there is nothing else. */
export interface Text {
  readonly is: "text";
  readonly what: string;
  readonly ends: "as is" | "trimmed" | "name";
}

/** An https URL. `loopback` also allows plain http to this machine. */
export interface Url {
  readonly is: "url";
  readonly what: string;
  readonly port: boolean;
  readonly query: boolean;
  readonly loopback: boolean;
}

/** A span of time with its unit, like `"90s"`, between two others. */
export interface Duration {
  readonly is: "duration";
  readonly least: string;
  readonly most: string;
}

/** One of some words. `refusals` are words that need an answer of their own. */
export interface Choice<Words extends readonly string[] = readonly string[]> {
  readonly is: "choice";
  readonly words: Words;
  readonly refusals: Readonly<Record<string, string>>;
}

export interface Integer {
  readonly is: "integer";
  readonly what: string;
  readonly least: number;
  readonly most?: number;
}

export interface Flag {
  readonly is: "flag";
}

/** A program and its arguments. There is no shell. */
export interface Program {
  readonly is: "program";
}

/** A value with a check of its own. `Given` is what a program writes, `Kept` is what the state holds. */
export interface Form<Name extends string = string, Given = unknown, Kept = unknown> {
  readonly is: "form";
  readonly form: Name;
  /** Only their types are of use. */
  readonly given?: Given;
  readonly kept?: Kept;
}

/** An object. With `exactlyOne`, it has one of its properties. */
export interface Shape<Parts extends Properties = Properties> {
  readonly is: "shape";
  readonly what: string;
  readonly properties: Parts;
  readonly exactlyOne: boolean;
}

/** An object whose other properties depend on the word in one of them. Left out, that word is `usual`. */
export interface Variants<
  By extends string = string,
  All extends VariantTable = VariantTable,
  Usual extends string = string,
> {
  readonly is: "variants";
  readonly by: By;
  readonly variants: All;
  readonly usual: Usual;
}
export type VariantTable = Readonly<Record<string, Properties>>;

/** One property of a resource, or of an object in it. Its docstring in the table is its description. */
export interface Property {
  readonly type: Type;
  /** Who gives it: the program, or this package's constructor (`internal`). Left out, it is an output alone. */
  readonly input?: "required" | "optional" | "internal";
  /** What `check` adds where the program leaves it out. The `@default` tag of the docstring says the same. */
  readonly default?: unknown;
  /**
   * `check` adds the default only where the last inputs have the property, so that a preview shows what drift becomes. A
   * state that is written anew after each of a thousand steps should not say the usual twice.
   */
  readonly sparse?: true;
  /** What it means to leave it out, where `check` adds nothing. The `@default` tag of the docstring says the same. */
  readonly absent?: unknown;
  /** Nobody may see its value. */
  readonly secret?: true;
  /**
   * `false`: programs cannot read it. `always`: each state has it, although no program must give it. `finished`: an object
   * that is finished has it, as far as programs need to know.
   */
  readonly output?: false | "always" | "finished";
  /** The output with ENS's id. `same`: it is the resource's `id`. `may differ`: ENS may give another one later. */
  readonly identity?: "same" | "may differ";
  /** The argument of the constructor that takes a resource in place of this id. */
  readonly reference?: string;
  /** What ENS may answer, where that is more than a program may give. */
  readonly answered?: Type;
  /**
   * How ENS has it, under the same name. `fixed`: sent on create only. `stored`: sent on create and with every update. `switched`:
   * sent when it changes. `told`: ENS tells it and takes none.
   */
  readonly ens?: "fixed" | "stored" | "switched" | "told";
  /** ENS cannot change it in place. */
  readonly replaces?: true;
  /** ENS keeps it unique, as far as known: a replacement with the same value needs the old object gone first. */
  readonly unique?: true;
  /** `false`: its change alone is no reason to act. */
  readonly compared?: false;
}

export type Properties = Readonly<Record<string, Property>>;

export const text = (what: string): Text => ({ is: "text", what, ends: "as is" });
export const trimmedText = (what: string): Text => ({ is: "text", what, ends: "trimmed" });
export const nameText = (what: string): Text => ({ is: "text", what, ends: "name" });
export const httpsUrl = (what: string, allowed: Partial<Pick<Url, "port" | "query" | "loopback">>): Url => ({
  ...{ is: "url", what, port: false, query: false, loopback: false },
  ...allowed,
});
export const duration = (least: string, most: string): Duration => ({ is: "duration", least, most });
export const choice = <const Words extends readonly string[]>(
  words: Words,
  refusals: Readonly<Record<string, string>> = {},
): Choice<Words> => ({ is: "choice", words, refusals });
export const integer = (what: string, least: number, most?: number): Integer => ({
  ...{ is: "integer", what, least },
  ...(most === undefined ? {} : { most }),
});
export const flag: Flag = { is: "flag" };
export const program: Program = { is: "program" };
export const form = <Given, Kept = Given>() => ({
  of: <const Name extends string>(name: Name): Form<Name, Given, Kept> => ({ is: "form", form: name }),
});
export const shape = <const Parts extends Properties>(
  what: string,
  properties: Parts,
  exactlyOne = false,
): Shape<Parts> => ({
  ...{ is: "shape", what, properties, exactlyOne },
});
export const variants = <
  const By extends string,
  const All extends VariantTable,
  const Usual extends keyof All & string,
>(
  by: By,
  all: All,
  usual: Usual,
): Variants<By, All, Usual> => ({ is: "variants", by, variants: all, usual });

/** Checks a table and keeps its exact type, with the docstrings of its keys. */
export const table = <const Table extends Properties>(properties: Table): Table => properties;

/**
 * Two tables as one. Their types are an intersection and not the type of a spread, because TypeScript keeps the docstrings
 * of the keys in declaration files for the former only.
 */
export const extend = <Base extends Properties, More extends Properties>(base: Base, more: More): Base & More => ({
  ...base,
  ...more,
});
