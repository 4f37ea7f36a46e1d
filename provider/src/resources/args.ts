import type * as pulumi from "@pulumi/pulumi";
import type { IsFilled, StateValue, StateValueOf } from "../properties/derived-types";
import type {
  Choice,
  Flag,
  Form,
  Integer,
  Program,
  Properties,
  Property,
  Shape,
  Type,
  Variants,
  VariantTable,
} from "../properties/types";

/** Arguments of a constructor for the properties of a table. The descriptions come from the table. */
export type ArgsOf<Table extends Properties> = [keyof RequiredArgs<Table>] extends [never]
  ? // Without this case TypeScript would accept any value, even a string, for an object without required properties.
    OptionalArgs<Table>
  : RequiredArgs<Table> & OptionalArgs<Table>;

type RequiredArgs<Table extends Properties> = {
  -readonly [Key in keyof Table as Table[Key] extends { input: "required" } ? Key : never]: InputFor<
    Table[Key]["type"]
  >;
};
type OptionalArgs<Table extends Properties> = {
  -readonly [Key in keyof Table as Table[Key] extends { input: "optional" } ? Key : never]?: InputFor<
    Table[Key]["type"]
  >;
};

/** Outputs of a resource that a program can read. */
export type OutputsOf<Table extends Properties> = {
  readonly [Key in keyof Table as Table[Key] extends { output: false } ? never : Key]: pulumi.Output<Shown<Table[Key]>>;
};

type InputFor<T extends Type> =
  T extends Variants<infer By, infer All, infer Usual>
    ? pulumi.Input<VariantArgs<By, All, Usual>>
    : T extends Shape<infer Parts>
      ? pulumi.Input<ArgsOf<Parts>>
      : T extends Form<string, infer Given, unknown>
        ? InputOf<Given>
        : T extends Program
          ? InputOf<string[]>
          : T extends Choice | Integer | Flag
            ? InputOf<StateValue<T>>
            : pulumi.Input<string>;

/** One of the variants of an object. The property that selects the variant is optional for the default variant. */
export type VariantArgs<
  By extends string,
  All extends VariantTable,
  Usual extends PropertyKey,
  Word extends keyof All = keyof All,
> = {
  [Each in Word]: (Each extends Usual ? { [Key in By]?: pulumi.Input<Each> } : { [Key in By]: pulumi.Input<Each> }) &
    ArgsOf<All[Each]>;
}[Word];

/** A value of which each part may come from an output. */
type InputOf<T> = [T] extends [string | number | boolean]
  ? pulumi.Input<T>
  : T extends readonly (infer Item)[]
    ? pulumi.Input<InputOf<Item>[]>
    : pulumi.Input<{ [Key in keyof T]: InputOf<Exclude<T[Key], undefined>> }>;

type Shown<P extends Property> =
  IsFilled<P> extends true
    ? ShownValue<P>
    : P extends { output: "finished" }
      ? ShownValue<P>
      : ShownValue<P> | undefined;

type ShownValue<P extends Property> =
  P["type"] extends Variants<infer By, infer All>
    ? Readonly<Record<By, keyof All>> & Partial<ShownParts<All[keyof All]>>
    : StateValueOf<P>;

/** Properties of all variants. The selected variant decides which of them are set. */
type ShownParts<Tables extends Properties> = Tables extends unknown
  ? { readonly [Key in keyof Tables]: StateValue<Tables[Key]["type"]> }
  : never;
