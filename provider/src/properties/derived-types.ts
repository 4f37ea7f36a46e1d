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

/** The value of a type as the state holds it. */
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

/** The values of properties where defaults stand for what is left out. */
type Filled<Table extends Properties> = {
  [Key in keyof Table as IsFilled<Table[Key]> extends true ? Key : never]: StateValue<Table[Key]["type"]>;
} & {
  [Key in keyof Table as IsFilled<Table[Key]> extends true ? never : Key]?: StateValue<Table[Key]["type"]> | undefined;
};

/** A value is there: a program must give it, it has a default, or each state has it for another reason. */
export type IsFilled<P extends Property> = P extends { input: "required" } | { default: unknown } | { output: "always" }
  ? true
  : false;

/** The inputs of a resource with defaults: what a program can give, and what the constructor adds. */
export type InputsOf<Table extends Properties> = Filled<{
  readonly [Key in keyof Table as Table[Key] extends { input: string } ? Key : never]: Table[Key];
}>;

/** All that the state holds of a resource. What ENS may answer counts, and not what a program may give. */
export type StateOf<Table extends Properties> = {
  [Key in keyof Table as IsFilled<Table[Key]> extends true ? Key : never]: StateValueOf<Table[Key]>;
} & {
  [Key in keyof Table as IsFilled<Table[Key]> extends true ? never : Key]?: StateValueOf<Table[Key]> | undefined;
};

/** The value of a property as the state holds it. */
export type StateValueOf<P extends Property> = P extends { answered: infer Answered extends Type }
  ? StateValue<Answered>
  : StateValue<P["type"]>;
