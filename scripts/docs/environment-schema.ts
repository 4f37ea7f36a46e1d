import type { Described, Resource } from "./described.ts";
import { type Catalogue, type Parts, propertySchema, propertySchemas, requiredOf, SECRET } from "./property-schema.ts";
import type { Model } from "./reference.ts";

/** The project's Pulumi.yaml. The schema is for the files `Pulumi.<stack>.yaml` of projects like examples/environments. */
export interface Project {
  name: string;
  config: Record<string, { description: string; default: Record<string, unknown> }>;
}

const SECTIONS = { authSchemes: "AuthScheme", callbacks: "Callback", subscriptions: "Subscription" };
const PROTECT = { type: ["boolean", "null"], description: "Whether Pulumi refuses to delete it.", default: false };
const SECURE = {
  type: "object",
  description: "A secret as `pulumi config set --secret` writes it.",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
};

export function environmentSchema(
  { resources, strategies, sink, settings }: Model,
  eventTypes: Catalogue,
  { name, config }: Project,
) {
  const parts = { strategies, sink, eventTypes };
  const kinds = Object.entries(SECTIONS).map(([section, kind]) => {
    const resource = resources.find((each) => each.name === kind);
    if (resource === undefined) throw new Error(`there is no resource ${kind}`);
    return { section, resource };
  });
  const own = (key: string) => `${name}:${key}`;
  const ens = settings.args.map((each) => [`ens:${each.name}`, settingSchema(each)]);
  const sections = kinds.map(({ section, resource }) => [own(section), sectionSchema(section, resource, config)]);
  const known = [...Object.keys(SECTIONS), "base"].join("|");
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `A stack of ${name}`,
    description: "Made by `npm run docs` from the tables in `provider/src/properties/`.",
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

function entrySchema({ text, args }: Resource, parts: Parts) {
  return {
    type: ["object", "null"],
    description: text,
    properties: { ...propertySchemas(args, parts), protect: PROTECT },
    additionalProperties: false,
  };
}

/** Returns the schema of entries by name. An entry of the project's `base` may omit what `base` already contains. */
function sectionSchema(section: string, resource: Resource, config: Project["config"]) {
  const base = config.base?.default[section] ?? ({} as Record<string, object>);
  const entry = (given: object) => ({
    allOf: [{ $ref: `#/definitions/${section}` }, ...whatIsMissing(resource.args, given)],
  });
  return {
    type: "object",
    description: config[section]?.description,
    properties: Object.fromEntries(Object.entries(base).map(([name, given]) => [name, entry(given)])),
    additionalProperties: entry({}),
  };
}

function whatIsMissing(args: Described[], given: object): object[] {
  const required = requiredOf(args).filter((name) => !(name in given));
  const need = (name: string) => ({ required: [name] }) as object;
  return required.flatMap((name) => {
    const reference = args.find((each) => each.name === name)?.property?.reference;
    if (reference === undefined) return [need(name)];
    return reference in given ? [] : [{ anyOf: [need(reference), need(name)] }];
  });
}

function baseSchema(sections: string[]) {
  const entries = (section: string) => ({
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

/** Returns the schema of a setting. Every setting may be encrypted, and a secret setting must be. */
function settingSchema(setting: Described) {
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
