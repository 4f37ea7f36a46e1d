/**
 * The Pulumi schema of the package: what a plugin for Pulumi's other languages needs.
 *
 * @typedef {import("./described.mjs").Described} Described
 * @typedef {import("./described.mjs").Resource} Resource
 * @typedef {import("../../provider/src/properties/types.js").Type} Type
 */

const TEXTS = { type: "string" };
const LIST = { type: "array", items: TEXTS };
/** @type {Record<string, { given: object, kept: object }>} */
const FORMS = {
  eventCategoryTypes: { given: LIST, kept: LIST },
  filters: {
    given: { oneOf: [LIST, { type: "object", additionalProperties: TEXTS }] },
    kept: LIST,
  },
  verificationKey: { given: TEXTS, kept: TEXTS },
  replaced: { given: TEXTS, kept: { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } } },
  mid: { given: TEXTS, kept: TEXTS },
};

const token = (/** @type {string} */ name) => `ens:index:${name}`;
const upper = (/** @type {string} */ text) => text.charAt(0).toUpperCase() + text.slice(1);

/** @param {import("./reference.mjs").Model & { version: string }} model */
export function pulumiSchema({ resources, strategies, sink, settings, version }) {
  const config = Object.fromEntries(settings.args.map((each) => [each.name, inputSpec(each)]));
  const required = requiredOf(settings.args);
  return {
    name: "ens",
    version,
    displayName: "Event Notification Service of Salesforce Marketing Cloud",
    license: "Apache-2.0",
    config: { variables: config },
    provider: { description: settings.text, inputProperties: config, requiredInputs: required },
    types: {
      ...Object.fromEntries(
        strategies.map(({ name, text, args }) => [
          token(`${upper(name)}Verification`),
          {
            type: "object",
            description: text,
            properties: {
              strategy: { ...TEXTS, const: name, description: `\`${name}\`.` },
              ...Object.fromEntries(args.map((each) => [each.name, inputSpec(each)])),
            },
            required: ["strategy", ...requiredOf(args)],
          },
        ]),
      ),
      [token("SignatureKeySink")]: {
        type: "object",
        description: "Exactly one of the two.",
        properties: Object.fromEntries(sink.map((each) => [each.name, inputSpec(each)])),
      },
    },
    resources: Object.fromEntries(resources.map((each) => [token(each.name), resourceSpec(each)])),
  };
}

/** @param {Resource} resource */
function resourceSpec({ name, text, args, outputs }) {
  const own = args.filter(({ property }) => property !== undefined);
  const always = outputs.filter(({ property }) => isAlways(property));
  return {
    description: text,
    // The same resource of the dynamic provider, so that a stack can move to the plugin and back.
    aliases: [{ type: `pulumi-nodejs:dynamic/ens:${name}` }],
    inputProperties: Object.fromEntries(own.map((each) => [each.name, inputSpec(each)])),
    requiredInputs: requiredOf(own),
    properties: Object.fromEntries(outputs.map((each) => [each.name, outputSpec(each)])),
    required: always.map((each) => each.name),
  };
}

/** @param {Described["property"]} property */
const isAlways = (property) =>
  property?.output === "always" || property?.input === "required" || "default" in (property ?? {});

/** @param {Described[]} args */
const requiredOf = (args) => args.flatMap(({ name, property }) => (property?.input === "required" ? [name] : []));

/** @param {Described} described */
function inputSpec({ text, property }) {
  const value = property?.default ?? property?.absent;
  const simple = ["string", "number", "boolean"].includes(typeof value);
  return {
    ...typeSpec(property?.type, "given"),
    description: text,
    ...(simple ? { default: value } : {}),
    ...(property?.secret ? { secret: true } : {}),
    ...(property?.replaces ? { willReplaceOnChanges: true } : {}),
  };
}

/** @param {Described} described */
function outputSpec({ text, property }) {
  return {
    ...typeSpec(property?.answered ?? property?.type, "kept"),
    description: text,
    ...(property?.secret ? { secret: true } : {}),
  };
}

/** @param {Type | undefined} type @param {"given" | "kept"} side @returns {object} */
function typeSpec(type, side) {
  switch (type?.is) {
    case "integer":
      return { type: "integer" };
    case "flag":
      return { type: "boolean" };
    case "program":
      return LIST;
    case "shape":
      return { $ref: `#/types/${token("SignatureKeySink")}` };
    case "variants": {
      const refs = Object.keys(type.variants).map((word) => [word, `#/types/${token(`${upper(word)}Verification`)}`]);
      return {
        oneOf: refs.map(([, $ref]) => ({ $ref })),
        discriminator: { propertyName: type.by, mapping: Object.fromEntries(refs) },
      };
    }
    case "form":
      return FORMS[type.form]?.[side] ?? TEXTS;
    default:
      return TEXTS;
  }
}
