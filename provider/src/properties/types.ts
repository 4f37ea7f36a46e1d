/**
 * Type of a property: the values that it accepts and the words for messages about wrong values. Types are plain data
 * that programs, the provider process and the documentation share.
 */
export type Type = Text | Url | Duration | Choice | Integer | Flag | Program | Form | Shape | Variants;

/**
 * A text. `what` describes it in messages. `as is` keeps white space at the ends, `trimmed` removes it, and `name`
 * removes it unless the text consists of nothing else.
 */
export interface Text {
  readonly is: "text";
  readonly what: string;
  readonly ends: "as is" | "trimmed" | "name";
}

/** An https URL. `loopback` also allows http to this machine. */
export interface Url {
  readonly is: "url";
  readonly what: string;
  readonly port: boolean;
  readonly query: boolean;
  readonly loopback: boolean;
}

/** A duration with its unit, like `"90s"`, between two bounds. */
export interface Duration {
  readonly is: "duration";
  readonly least: string;
  readonly most: string;
}

/** One of several words. `refusals` are messages for words that a user may try and that are not allowed. */
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

/** A program and its arguments, started without a shell. */
export interface Program {
  readonly is: "program";
}

/** A value with its own check. `Given` is the type in a program, and `Kept` is the type in the state. */
export interface Form<Name extends string = string, Given = unknown, Kept = unknown> {
  readonly is: "form";
  readonly form: Name;
  // The next two carry types only. They never have a value.
  readonly given?: Given;
  readonly kept?: Kept;
}

/** An object. With `exactlyOne`, exactly one of its properties is set. */
export interface Shape<Parts extends Properties = Properties> {
  readonly is: "shape";
  readonly what: string;
  readonly properties: Parts;
  readonly exactlyOne: boolean;
}

/** An object whose properties depend on the word in the property `by`. `usual` is the default of that property. */
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

/** A property of a resource, or of an object in it. The docstring in the table is its description in all documents. */
export interface Property {
  readonly type: Type;
  /**
   * Who sets the property: the program, or the constructor (`internal`). A property without `input` is only an output.
   */
  readonly input?: "required" | "optional" | "internal";
  /**
   * Value that `check` adds if the program does not set the property. Must match the `@default` tag of the docstring.
   */
  readonly default?: unknown;
  /**
   * `check` adds the default only if the last inputs contain the property, so that a preview shows how drift is
   * corrected. Otherwise the default is omitted, which keeps the state small. Pulumi writes the whole state again after
   * each step.
   */
  readonly sparse?: true;
  /** Meaning of a missing value where `check` adds none. Must match the `@default` tag of the docstring. */
  readonly absent?: unknown;
  /** Pulumi encrypts and masks the value. */
  readonly secret?: true;
  /**
   * `false`: programs cannot read the property. `always`: every state has it, although it is not a required input.
   * `finished`: every finished object has it, so that its type in a program is without `undefined`.
   */
  readonly output?: false | "always" | "finished";
  /**
   * Marks the output with the id in ENS. `same`: equal to the resource's `id`. `may differ`: ENS may change it later.
   */
  readonly identity?: "same" | "may differ";
  /** Argument of the constructor that accepts a resource in place of this id. */
  readonly reference?: string;
  /** Type of the values that ENS may return, if ENS returns more values than a program may set. */
  readonly answered?: Type;
  /**
   * How the property of the same name in ENS is sent. `fixed`: only on create. `stored`: on create and with every
   * update. `switched`: when it changes. `told`: never, because ENS only returns it.
   */
  readonly ens?: "fixed" | "stored" | "switched" | "told";
  /** A change replaces the object, because ENS cannot update the property. */
  readonly replaces?: true;
  /**
   * ENS accepts each value once, as far as known. A replacement with the same value must delete the old object first.
   */
  readonly unique?: true;
  /** `false`: a change of this property alone causes no update. */
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

/** Returns a table unchanged. The compiler checks it and keeps its exact type, with the docstrings of its keys. */
export const table = <const Table extends Properties>(properties: Table): Table => properties;

/**
 * Combines two tables. The result has an intersection type instead of the type of the spread, because TypeScript keeps
 * the docstrings of the keys in declaration files only for intersections.
 */
export const extend = <Base extends Properties, More extends Properties>(base: Base, more: More): Base & More => ({
  ...base,
  ...more,
});
