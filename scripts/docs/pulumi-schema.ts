import type { Type } from "../../provider/src/properties/types.js";
import type { Described, Resource } from "./described.ts";
import type { Model } from "./reference.ts";

const TEXTS = { type: "string" };
const LIST = { type: "array", items: TEXTS };
const FORMS: Record<string, { given: object; kept: object }> = {
  eventCategoryTypes: { given: LIST, kept: LIST },
  filters: {
    given: { oneOf: [LIST, { type: "object", additionalProperties: TEXTS }] },
    kept: LIST,
  },
  verificationKey: { given: TEXTS, kept: TEXTS },
  replaced: { given: TEXTS, kept: { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } } },
  mid: { given: TEXTS, kept: TEXTS },
};

const token = (name: string) => `ens:index:${name}`;
const upper = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export function pulumiSchema({ resources, strategies, sink, settings, version }: Model & { version: string }) {
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

function resourceSpec({ name, text, args, outputs }: Resource) {
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

const isAlways = (property: Described["property"]) =>
  property?.output === "always" || property?.input === "required" || "default" in (property ?? {});

const requiredOf = (args: Described[]) =>
  args.flatMap(({ name, property }) => (property?.input === "required" ? [name] : []));

function inputSpec({ text, property }: Described) {
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

function outputSpec({ text, property }: Described) {
  return {
    ...typeSpec(property?.answered ?? property?.type, "kept"),
    description: text,
    ...(property?.secret ? { secret: true } : {}),
  };
}

function typeSpec(type: Type | undefined, side: "given" | "kept"): object {
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
