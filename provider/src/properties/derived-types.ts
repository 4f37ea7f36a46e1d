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
} from "./types";

/** Value of a type in the state. */
export type StateValue<T extends Type> =
  T extends Form<string, unknown, infer Value>
    ? Value
    : T extends Choice<infer Words>
      ? Words[number]
      : T extends Integer
        ? number
        : T extends Flag
          ? boolean
          : T extends Program
            ? string[]
            : T extends Shape<infer Parts>
              ? Filled<Parts>
              : T extends Variants<infer By, infer All>
                ? StateVariant<By, All>
                : string;

type StateVariant<By extends string, All extends VariantTable> = {
  [Word in keyof All]: Record<By, Word> & Filled<All[Word]>;
}[keyof All];

/** Values of properties after the defaults were filled in. */
type Filled<Table extends Properties> = {
  [Key in keyof Table as IsFilled<Table[Key]> extends true ? Key : never]: StateValue<Table[Key]["type"]>;
} & {
  [Key in keyof Table as IsFilled<Table[Key]> extends true ? never : Key]?: StateValue<Table[Key]["type"]> | undefined;
};

/** Whether a value is always present: it is a required input, it has a default, or every state contains it. */
export type IsFilled<P extends Property> = P extends { input: "required" } | { default: unknown } | { output: "always" }
  ? true
  : false;

/** Inputs of a resource after the defaults were filled in, including those that the constructor adds. */
export type InputsOf<Table extends Properties> = Filled<{
  readonly [Key in keyof Table as Table[Key] extends { input: string } ? Key : never]: Table[Key];
}>;

/** Everything that the state stores of a resource. The types follow what ENS may return, not what a program may set. */
export type StateOf<Table extends Properties> = {
  [Key in keyof Table as IsFilled<Table[Key]> extends true ? Key : never]: StateValueOf<Table[Key]>;
} & {
  [Key in keyof Table as IsFilled<Table[Key]> extends true ? never : Key]?: StateValueOf<Table[Key]> | undefined;
};

/** Value of a property in the state. */
export type StateValueOf<P extends Property> = P extends { answered: infer Answered extends Type }
  ? StateValue<Answered>
  : StateValue<P["type"]>;
