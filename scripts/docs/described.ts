import { join } from "node:path";
import ts from "typescript";
import type { Properties, Property } from "../../provider/src/properties/types.js";

// Combines the tables of properties with their docstrings. The result is the only source of the reference pages, the
// README's tables and the Pulumi schema.

/** Tables by the names of their resources, and `Provider` for the settings. */
export type Tables = Record<string, Properties>;

export interface Described {
  name: string;
  /** The docstring without its tags. */
  text: string;
  /** The text of the `@default` tag. */
  defaultText: string | undefined;
  optional: boolean;
  /** `undefined` for an argument that replaces another argument, like `authScheme`. */
  property: Property | undefined;
}

export interface Resource {
  name: string;
  text: string;
  args: Described[];
  outputs: Described[];
}

/** @param root the folder of the repository */
export function describeResources(root: string, tables: Tables): Resource[] {
  const { checker, exported } = load(root);
  return Object.entries(tables).map(([name, table]) => {
    const args = propertiesOf(checker, typeOf(checker, exported, `${name}Args`), table);
    const instance = typeOf(checker, exported, name);
    const outputs = propertiesOf(checker, instance, table).filter((each) => each.name in table);
    return { name, text: textOf(checker, exported.get(name)), args, outputs };
  });
}

/** Returns the variants of an object, with the docstrings of each variant and of its properties. */
export function describeStrategies(root: string, variants: Record<string, Properties>): Resource[] {
  const { checker, file } = load(root, "provider/src/properties/verification.ts");
  const symbol = checker.getExportsOfModule(file).find(({ name }) => name === "strategies");
  if (symbol === undefined) throw new Error("properties/verification.ts exports no strategies");
  const type = checker.getTypeOfSymbol(symbol);
  return Object.entries(variants).map(([name, table]) => {
    const word = checker.getPropertyOfType(type, name);
    const args = word === undefined ? [] : propertiesOf(checker, checker.getTypeOfSymbol(word), table);
    return { name, text: textOf(checker, word), args: args.map(asInput), outputs: [] };
  });
}

export function describeSink(root: string, table: Properties): Described[] {
  const { checker, exported } = load(root);
  return propertiesOf(checker, typeOf(checker, exported, "SignatureKeySinkArgs"), table);
}

const asInput = (described: Described) => ({ ...described, optional: described.property?.input !== "required" });

const loaded: Map<string, ReturnType<typeof loadOnce>> = new Map();

function load(root: string, path: string = "provider/src/index.ts") {
  const known = loaded.get(path) ?? loadOnce(root, path);
  loaded.set(path, known);
  return known;
}

function loadOnce(root: string, path: string) {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, "provider/tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    join(root, "provider"),
  );
  const program = ts.createProgram([join(root, path)], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(root, path));
  const file = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (file === undefined) throw new Error(`${path} is not a module`);
  const exported = new Map(checker.getExportsOfModule(file).map((each) => [each.name, resolved(checker, each)]));
  return { checker, file, exported };
}

function resolved(checker: ts.TypeChecker, symbol: ts.Symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

function typeOf(checker: ts.TypeChecker, exported: Map<string, ts.Symbol>, name: string) {
  const symbol = exported.get(name);
  if (symbol === undefined) throw new Error(`pulumi-ens exports no ${name}`);
  return checker.getDeclaredTypeOfSymbol(symbol);
}

function propertiesOf(checker: ts.TypeChecker, type: ts.Type, table: Properties): Described[] {
  const order = Object.keys(table);
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : -1);
  return checker
    .getPropertiesOfType(type)
    .map((symbol) => ({
      name: symbol.name,
      text: textOf(checker, symbol),
      defaultText: defaultOf(checker, symbol),
      optional: (symbol.flags & ts.SymbolFlags.Optional) !== 0,
      property: table[symbol.name],
    }))
    .toSorted((one, other) => rank(one.name) - rank(other.name));
}

function textOf(checker: ts.TypeChecker, symbol: ts.Symbol | undefined) {
  return ts.displayPartsToString(symbol?.getDocumentationComment(checker)).trim();
}

function defaultOf(checker: ts.TypeChecker, symbol: ts.Symbol) {
  const tag = symbol.getJsDocTags(checker).find(({ name }) => name === "default");
  return tag === undefined ? undefined : ts.displayPartsToString(tag.text).trim();
}
