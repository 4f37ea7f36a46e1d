import type { Type } from "../../provider/src/properties/types.js";
import type { Described, Resource } from "./described.ts";
import { code, table } from "./markdown.ts";

export interface Model {
  resources: Resource[];
  strategies: Resource[];
  sink: Described[];
  settings: Resource;
}

/** The TypeScript notation of each value format. */
const FORMS: Record<string, string> = {
  eventCategoryTypes: "string[]",
  filters: "string[] | { [key: string]: string | number | boolean }",
  verificationKey: "string",
  replaced: "object",
  mid: "string | number",
};

/** Longest text about a property in the README, in characters. */
const BRIEF = 110;

/** Returns the pages by their names in docs/reference/. */
export function referencePages({ resources, strategies, sink, settings }: Model): Record<string, string> {
  const pages = resources.map((resource) => {
    const nested = resource.name === "Callback" ? callbackParts(strategies, sink) : "";
    return [`${fileName(resource.name)}.md`, page(resource, nested)];
  });
  return Object.fromEntries([...pages, ["settings.md", settingsPage(settings)]]);
}

/** Returns the tables of the README by the names of their markers. */
export function readmeTables({ resources, settings }: Model): Record<string, string> {
  const tables = resources.map(({ name, args, outputs }) => {
    const told = outputs.filter(({ property }) => property !== undefined && isOutputOnly(property) && property.output);
    const rows = [
      ...args.map((each, at) => [at === 0 ? "argument" : "", code(each.name), brief(each)]),
      ...told.map((each, at) => [at === 0 ? "output" : "", code(each.name), brief(each)]),
      [
        "",
        "",
        `All arguments are outputs too. [docs/reference/${fileName(name)}.md](docs/reference/${fileName(name)}.md) has the details.`,
      ],
    ];
    return [fileName(name), table([code(name), "", ""], rows)];
  });
  return Object.fromEntries([...tables, ["settings", settingsTable(settings, brief)]]);
}

function page({ name, text, args, outputs }: Resource, nested: string) {
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

const MADE = "This page is made by `npm run docs` from `provider/src/properties/`.";

function argsTable(args: Described[]) {
  return table(
    ["argument", "type", "default", "what it is"],
    args.map((each) => [code(each.name), code(argType(each)), defaultCell(each), `${cell(each.text)}${facts(each)}`]),
  );
}

function callbackParts(strategies: Resource[], sink: Described[]) {
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

function settingsPage(settings: Resource) {
  return `# Settings

${settingsTable(settings, ({ text, defaultText }) => `${cell(text)}${defaultText === undefined ? "" : ` Default: ${code(defaultText)}.`}`)}

A variable with \`_FILE\` behind its name names a file that holds the value. The environment goes first, then the stack
configuration. An \`ens.Provider\` takes its arguments alone.

${MADE}
`;
}

function settingsTable({ args }: Resource, text: (setting: Described) => string) {
  return table(
    ["environment", "stack configuration", "what it is"],
    args.map((each) => [code(variable(each.name)), code(`ens:${each.name}`), text(each)]),
  );
}

const variable = (name: string) => `ENS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
const fileName = (name: string) => name.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
const isOutputOnly = (property: NonNullable<Described["property"]>) => property.input === undefined;
const cell = (text: string) => text.replaceAll("\n", " ");

/** Returns as many of the first sentences as fit on a line, and the default. */
function brief({ text, defaultText }: Described) {
  const [first = "", ...rest] = cell(text).split(/(?<=[.])\s+(?=[A-Z`])/);
  const short = rest.reduce(
    (all, sentence) => (`${all} ${sentence}`.length <= BRIEF ? `${all} ${sentence}` : all),
    first,
  );
  return `${short}${defaultText === undefined ? "" : ` Default: ${code(defaultText)}.`}`;
}

function facts({ property }: Described) {
  return property?.replaces ? " **Changing it replaces the resource.**" : "";
}

function defaultCell({ defaultText, optional }: Described) {
  if (defaultText !== undefined) return code(defaultText);
  return optional ? "" : "required";
}

function argType({ name, property }: Described) {
  return property === undefined ? (name === "callback" ? "Callback" : "AuthScheme") : typeText(property.type);
}

function typeText(type: Type | undefined): string {
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
