import { propertySchema, propertySchemas, requiredOf, SECRET } from "./property-schema.mjs";

/**
 * The JSON Schema of the files `Pulumi.<stack>.yaml` of a project that is described as in examples/environments: editors
 * complete and check them by it.
 *
 * @typedef {import("./described.mjs").Described} Described
 * @typedef {import("./described.mjs").Resource} Resource
 *
 * @typedef {object} Project its Pulumi.yaml
 * @property {string} name
 * @property {Record<string, { description: string, default: Record<string, unknown> }>} config
 */

const SECTIONS = { authSchemes: "AuthScheme", callbacks: "Callback", subscriptions: "Subscription" };
const PROTECT = { type: ["boolean", "null"], description: "Whether Pulumi refuses to delete it.", default: false };
const SECURE = {
  type: "object",
  description: "A secret as `pulumi config set --secret` writes it.",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

/**
 * @param {import("./reference.mjs").Model} model
 * @param {import("./property-schema.mjs").Catalogue} eventTypes
 * @param {Project} project
 */
export function environmentSchema({ resources, strategies, sink, settings }, eventTypes, { name, config }) {
  const parts = { strategies, sink, eventTypes };
  const kinds = Object.entries(SECTIONS).map(([section, kind]) => {
    const resource = resources.find((each) => each.name === kind);
    if (resource === undefined) throw new Error(`there is no ${kind}`);
    return { section, resource };
  });
  const own = (/** @type {string} */ key) => `${name}:${key}`;
  const ens = settings.args.map((each) => [`ens:${each.name}`, settingSchema(each)]);
  const sections = kinds.map(({ section, resource }) => [own(section), sectionSchema(section, resource, config)]);
  const known = [...Object.keys(SECTIONS), "base"].join("|");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `A stack of ${name}`,
    description: "Made by `node scripts/reference-docs.mjs` from the tables in `provider/src/properties/`.",
    type: "object",
    properties: {
      config: {
        type: "object",
        properties: {
          ...Object.fromEntries([...ens, ...sections]),
          [own("base")]: baseSchema(kinds.map(({ section }) => section)),
        },
        patternProperties: {
          [`^ens:(?!(${settings.args.map((each) => each.name).join("|")})$)`]: false,
          [`^${own(`(?!(${known})$)`)}`]: {
            properties: SECURE.properties,
            additionalProperties: false,
            type: ["string", "integer", "boolean", "object"],
            description: "A value that `{ config: KEY }` names.",
          },
        },
      },
      encryptionsalt: { type: "string" },
      encryptedkey: { type: "string" },
      secretsprovider: { type: "string" },
      environment: {},
    },
    additionalProperties: false,
    definitions: {
      secret: SECRET,
      secure: SECURE,
      ...Object.fromEntries(kinds.map(({ section, resource }) => [section, entrySchema(resource, parts)])),
    },
  };
}

/** @param {Resource} resource @param {import("./property-schema.mjs").Parts} parts */
function entrySchema({ text, args }, parts) {
  return {
    type: ["object", "null"],
    description: text,
    properties: { ...propertySchemas(args, parts), protect: PROTECT },
    additionalProperties: false,
  };
}

/**
 * Entries by their names. Those that the project's `base` has need not say again what it says.
 *
 * @param {string} section
 * @param {Resource} resource
 * @param {Project["config"]} config
 */
function sectionSchema(section, resource, config) {
  const base = /** @type {Record<string, object>} */ (config.base?.default[section] ?? {});
  const entry = (/** @type {object} */ given) => ({
    allOf: [{ $ref: `#/definitions/${section}` }, ...whatIsMissing(resource.args, given)],
  });
  return {
    type: "object",
    description: config[section]?.description,
    properties: Object.fromEntries(Object.entries(base).map(([name, given]) => [name, entry(given)])),
    additionalProperties: entry({}),
  };
}

/** @param {Described[]} args @param {object} given @returns {object[]} */
function whatIsMissing(args, given) {
  const required = requiredOf(args).filter((name) => !(name in given));
  const need = (/** @type {string} */ name) => /** @type {object} */ ({ required: [name] });
  return required.flatMap((name) => {
    const reference = args.find((each) => each.name === name)?.property?.reference;
    if (reference === undefined) return [need(name)];
    return reference in given ? [] : [{ anyOf: [need(reference), need(name)] }];
  });
}

/** @param {string[]} sections */
function baseSchema(sections) {
  const entries = (/** @type {string} */ section) => ({
    type: "object",
    additionalProperties: { $ref: `#/definitions/${section}` },
  });
  return {
    type: "object",
    description: "Takes the place of the project's `base`.",
    properties: Object.fromEntries(sections.map((section) => [section, entries(section)])),
    additionalProperties: false,
  };
}

/** Any setting may be encrypted, and one that is a secret must. @param {Described} setting */
function settingSchema(setting) {
  if (setting.property?.secret) return { $ref: "#/definitions/secure", description: setting.text };
  const {
    description,
    default: usual,
    ...plain
  } = propertySchema(setting, { strategies: [], sink: [], eventTypes: {} });
  return {
    anyOf: [plain, { $ref: "#/definitions/secure" }],
    description,
    ...(usual === undefined ? {} : { default: usual }),
  };
}
