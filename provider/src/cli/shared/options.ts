// The options of a command, as data for the parser, the help and docs/cli.md.

interface Switch {
  readonly type: "boolean";
  /** What the option does, in one or more imperative sentences. */
  readonly text: string;
  readonly short?: string;
}

interface Valued extends Omit<Switch, "type"> {
  readonly type: "string";
  /** Placeholder for the value in the help, one or two words. */
  readonly value: string;
  /** True if the option may be given several times. */
  readonly multiple?: boolean;
}

export type Option = Switch | Valued;
export type Options = Readonly<Record<string, Option>>;

/** Values of the options in a command line, by name. */
export type ValuesOf<Given extends Options> = {
  readonly [Name in keyof Given]: Given[Name] extends { readonly type: "boolean" }
    ? boolean
    : Given[Name] extends { readonly multiple: true }
      ? readonly string[]
      : string | undefined;
};

/** A positional argument. */
export interface Parameter {
  readonly name: string;
  readonly text: string;
  readonly isOptional?: boolean;
  /** True if the command itself reports that the parameter is missing, together with missing options. */
  readonly isCheckedByCommand?: boolean;
}

/** Everything that the help and the documentation of a command say. */
export interface Description<Given extends Options = Options> {
  readonly name: string;
  /** The purpose of the command, in half a line. */
  readonly summary: string;
  /** What the command does, in a few sentences. A line break begins a new paragraph. */
  readonly about: string;
  readonly parameters?: readonly Parameter[];
  readonly options: Given;
  /** A list after the options in the help, such as the names that an option accepts. */
  readonly list?: { readonly title: string; readonly rows: readonly (readonly [string, string])[] };
  /** The program that receives all arguments that this command does not know. */
  readonly passesOnTo?: string;
  /** True if the command sends requests to ENS and therefore needs the settings. */
  readonly callsEns?: boolean;
  /** Meanings of the exit codes, except 2. */
  readonly exits: Readonly<Record<string, string>>;
}

export const JSON_OPTION = { json: { type: "boolean", text: "Print one JSON document and nothing else." } } as const;
export const YES_OPTION = { yes: { type: "boolean", text: "Do not ask for confirmation." } } as const;
export const HELP_OPTION = { help: { type: "boolean", short: "h", text: "Print this help." } } as const;
