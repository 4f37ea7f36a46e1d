import { join } from "node:path";
import ts from "typescript";

/**
 * What the tables of properties and their docstrings say, put together: the one source of the reference pages, of the
 * README's tables and of the Pulumi schema.
 *
 * @typedef {import("../../provider/src/properties/types.js").Properties} Properties
 * @typedef {import("../../provider/src/properties/types.js").Property} Property
 * @typedef {Record<string, Properties>} Tables a table by the name of its resource, and `Provider` for the settings
 *
 * @typedef {object} Described
 * @property {string} name
 * @property {string} text the docstring without its tags
 * @property {string | undefined} defaultText what the `@default` tag says
 * @property {boolean} optional
 * @property {Property | undefined} property `undefined` for an argument that stands for another one, like `authScheme`
 *
 * @typedef {object} Resource
 * @property {string} name
 * @property {string} text
 * @property {Described[]} args
 * @property {Described[]} outputs
 */

/**
 * @param {string} root the folder of the repository
 * @param {Tables} tables
 * @returns {Resource[]}
 */
export function describeResources(root, tables) {
  const { checker, exported } = load(root);
  return Object.entries(tables).map(([name, table]) => {
    const args = propertiesOf(checker, typeOf(checker, exported, `${name}Args`), table);
    const instance = typeOf(checker, exported, name);
    const outputs = propertiesOf(checker, instance, table).filter((each) => each.name in table);
    return { name, text: textOf(checker, exported.get(name)), args, outputs };
  });
}

/**
 * The variants of an object, with the docstring of each and of its properties.
 *
 * @param {string} root
 * @param {Record<string, Properties>} variants
 * @returns {Resource[]}
 */
export function describeStrategies(root, variants) {
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

/**
 * @param {string} root
 * @param {Properties} table
 * @returns {Described[]}
 */
export function describeSink(root, table) {
  const { checker, exported } = load(root);
  return propertiesOf(checker, typeOf(checker, exported, "SignatureKeySinkArgs"), table);
}

/** @param {Described} described */
const asInput = (described) => ({ ...described, optional: described.property?.input !== "required" });

/** @type {Map<string, ReturnType<typeof loadOnce>>} */
const loaded = new Map();

/** @param {string} root @param {string} [path] */
function load(root, path = "provider/src/index.ts") {
  const known = loaded.get(path) ?? loadOnce(root, path);
  loaded.set(path, known);
  return known;
}

/** @param {string} root @param {string} path */
function loadOnce(root, path) {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, "provider/tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    join(root, "provider"),
  );
  const program = ts.createProgram([join(root, path)], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(join(root, path));
  const file = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (file === undefined) throw new Error(`${path} is no module`);
  const exported = new Map(checker.getExportsOfModule(file).map((each) => [each.name, resolved(checker, each)]));
  return { checker, file, exported };
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} symbol */
function resolved(checker, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** @param {ts.TypeChecker} checker @param {Map<string, ts.Symbol>} exported @param {string} name */
function typeOf(checker, exported, name) {
  const symbol = exported.get(name);
  if (symbol === undefined) throw new Error(`pulumi-ens exports no ${name}`);
  return checker.getDeclaredTypeOfSymbol(symbol);
}

/**
 * @param {ts.TypeChecker} checker
 * @param {ts.Type} type
 * @param {Properties} table
 * @returns {Described[]}
 */
function propertiesOf(checker, type, table) {
  const order = Object.keys(table);
  const rank = (/** @type {string} */ name) => (order.includes(name) ? order.indexOf(name) : -1);
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

/** @param {ts.TypeChecker} checker @param {ts.Symbol | undefined} symbol */
function textOf(checker, symbol) {
  return ts.displayPartsToString(symbol?.getDocumentationComment(checker)).trim();
}

/** @param {ts.TypeChecker} checker @param {ts.Symbol} symbol */
function defaultOf(checker, symbol) {
  const tag = symbol.getJsDocTags(checker).find(({ name }) => name === "default");
  return tag === undefined ? undefined : ts.displayPartsToString(tag.text).trim();
}
