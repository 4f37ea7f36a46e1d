/** The options of a command, as data: the parser, the help and docs/cli.md are made from them. */

interface Switch {
  readonly type: "boolean";
  /** What it does, in half a sentence. */
  readonly text: string;
  readonly short?: string;
}

interface Valued extends Omit<Switch, "type"> {
  readonly type: "string";
  /** What the value is, in a word or two. */
  readonly value: string;
  /** It may be given several times. */
  readonly multiple?: boolean;
}

export type Option = Switch | Valued;
export type Options = Readonly<Record<string, Option>>;

/** What the options of a command line say, by name. */
export type ValuesOf<Given extends Options> = {
  readonly [Name in keyof Given]: Given[Name] extends { readonly type: "boolean" }
    ? boolean
    : Given[Name] extends { readonly multiple: true }
      ? readonly string[]
      : string | undefined;
};

/** An argument without a name. */
export interface Parameter {
  readonly name: string;
  readonly text: string;
  readonly isOptional?: boolean;
}

/** All that a person can know of a command before it runs. */
export interface Description<Given extends Options = Options> {
  readonly name: string;
  /** What it is for, in half a line. */
  readonly summary: string;
  /** What it does, in a few sentences. A line break begins a new paragraph. */
  readonly about: string;
  readonly parameters?: readonly Parameter[];
  readonly options: Given;
  /** The program that gets what this command does not know itself. */
  readonly passesOnTo?: string;
  /** It calls ENS, so that it needs the settings. */
  readonly callsEns?: boolean;
  /** Meanings of exit codes, besides 2. */
  readonly exits: Readonly<Record<string, string>>;
}

export const JSON_OPTION = { json: { type: "boolean", text: "prints one JSON document and nothing else" } } as const;
export const YES_OPTION = { yes: { type: "boolean", text: "does not ask for a confirmation" } } as const;
export const HELP_OPTION = { help: { type: "boolean", short: "h", text: "prints this" } } as const;
