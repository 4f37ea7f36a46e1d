import { code, table } from "./markdown.mjs";

/**
 * @typedef {import("./described.mjs").Described} Described
 * @typedef {import("./described.mjs").Resource} Resource
 * @typedef {import("../../provider/src/properties/types.js").Type} Type
 *
 * @typedef {object} Model
 * @property {Resource[]} resources
 * @property {Resource[]} strategies
 * @property {Described[]} sink
 * @property {Resource} settings
 */

/** How TypeScript writes the forms. @type {Record<string, string>} */
const FORMS = {
  eventCategoryTypes: "string[]",
  filters: "string[] | { [key: string]: string | number | boolean }",
  verificationKey: "string",
  replaced: "object",
  mid: "string | number",
};

/** The longest text about a property in the README. */
const BRIEF = 110;

/** Each page by its name in docs/reference/. @param {Model} model @returns {Record<string, string>} */
export function referencePages({ resources, strategies, sink, settings }) {
  const pages = resources.map((resource) => {
    const nested = resource.name === "Callback" ? callbackParts(strategies, sink) : "";
    return [`${fileName(resource.name)}.md`, page(resource, nested)];
  });
  return Object.fromEntries([...pages, ["settings.md", settingsPage(settings)]]);
}

/** The tables of the README, by the names of their markers. @param {Model} model @returns {Record<string, string>} */
export function readmeTables({ resources, settings }) {
  const tables = resources.map(({ name, args, outputs }) => {
    const told = outputs.filter(({ property }) => property !== undefined && isOutputOnly(property) && property.output);
    const rows = [
      ...args.map((each, at) => [at === 0 ? "argument" : "", code(each.name), brief(each)]),
      ...told.map((each, at) => [at === 0 ? "output" : "", code(each.name), brief(each)]),
      [
        "",
        "",
        `and all arguments; [docs/reference/${fileName(name)}.md](docs/reference/${fileName(name)}.md) has the rest`,
      ],
    ];
    return [fileName(name), table([code(name), "", ""], rows)];
  });
  return Object.fromEntries([...tables, ["settings", settingsTable(settings, brief)]]);
}

/** @param {Resource} resource @param {string} nested */
function page({ name, text, args, outputs }, nested) {
  return `# ${name}

${text}

## Arguments

${argsTable(args)}

Where both a resource and an id are named, give exactly one of the two.
${nested}
## Outputs

All arguments in the table below, and what ENS and this package add.

${table(
  ["output", "type", "what it is"],
  outputs.map((each) => [code(each.name), code(typeText(each.property?.type)), cell(each.text)]),
)}

${MADE}
`;
}

const MADE = "This page is made by `node scripts/reference-docs.mjs` from `provider/src/properties/`.";

/** @param {Described[]} args */
function argsTable(args) {
  return table(
    ["argument", "type", "default", "what it is"],
    args.map((each) => [code(each.name), code(argType(each)), defaultCell(each), `${cell(each.text)}${facts(each)}`]),
  );
}

/** @param {Resource[]} strategies @param {Described[]} sink */
function callbackParts(strategies, sink) {
  const parts = strategies.map(({ name, text, args }) => {
    const rows = args.length === 0 ? "" : `\n${argsTable(args)}\n`;
    return `### verification: { strategy: "${name}" }\n\n${text}\n${rows}`;
  });
  return `
${parts.join("\n")}
### signatureKeySink

Exactly one of the two.

${argsTable(sink)}
`;
}

/** @param {Resource} settings */
function settingsPage(settings) {
  return `# Settings

${settingsTable(settings, ({ text, defaultText }) => `${cell(text)}${defaultText === undefined ? "" : ` Default: ${code(defaultText)}.`}`)}

A variable with \`_FILE\` behind its name names a file that holds the value. The environment goes first, then the stack
configuration. An \`ens.Provider\` takes its arguments alone.

${MADE}
`;
}

/** @param {Resource} settings @param {(setting: Described) => string} text */
function settingsTable({ args }, text) {
  return table(
    ["environment", "stack configuration", "what it is"],
    args.map((each) => [code(variable(each.name)), code(`ens:${each.name}`), text(each)]),
  );
}

const variable = (/** @type {string} */ name) =>
  `ENS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
const fileName = (/** @type {string} */ name) => name.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
const isOutputOnly = (/** @type {NonNullable<Described["property"]>} */ property) => property.input === undefined;
const cell = (/** @type {string} */ text) => text.replaceAll("\n", " ");

/** The first sentences, as many as fit a line, and the default. @param {Described} described */
function brief({ text, defaultText }) {
  const [first = "", ...rest] = cell(text).split(/(?<=[.])\s+(?=[A-Z`])/);
  const short = rest.reduce(
    (all, sentence) => (`${all} ${sentence}`.length <= BRIEF ? `${all} ${sentence}` : all),
    first,
  );
  return `${short}${defaultText === undefined ? "" : ` Default: ${code(defaultText)}.`}`;
}

/** @param {Described} described */
function facts({ property }) {
  return property?.replaces ? " **Changing it replaces the resource.**" : "";
}

/** @param {Described} described */
function defaultCell({ defaultText, optional }) {
  if (defaultText !== undefined) return code(defaultText);
  return optional ? "" : "required";
}

/** @param {Described} described */
function argType({ name, property }) {
  return property === undefined ? (name === "callback" ? "Callback" : "AuthScheme") : typeText(property.type);
}

/** @param {Type | undefined} type @returns {string} */
function typeText(type) {
  switch (type?.is) {
    case "choice":
      return type.words.map((word) => JSON.stringify(word)).join(" | ");
    case "integer":
      return "number";
    case "flag":
      return "boolean";
    case "program":
      return "string[]";
    case "shape":
      return `{ ${Object.keys(type.properties).join(", ")} }`;
    case "variants":
      return `{ ${type.by}, … }`;
    case "form":
      return FORMS[type.form] ?? type.form;
    default:
      return "string";
  }
}
