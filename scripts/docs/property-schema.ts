import type { Type } from "../../provider/src/properties/types.js";
import type { Described, Resource } from "./described.ts";
/** Event types with the keys of their filters. */
export type Catalogue = Readonly<Record<string, readonly string[]>>;

/** The values behind the types. */
export interface Parts {
  strategies: Resource[];
  sink: Described[];
  eventTypes: Catalogue;
}

const CHARACTERS = { host: "[^/?#:\\s@]+", path: "(/[^?#\\s]*)?", query: "(/[^#\\s]*)?" };
const TEXTS = { type: "array", items: { type: "string" } };

/** The schema of the place of a secret. */
export const SECRET = {
  type: ["object", "null"],
  description: "Where the secret is: `{ env: NAME }` or `{ config: KEY }`. It is never written down here.",
  properties: {
    env: { type: "string", minLength: 1, description: "The name of an environment variable." },
    config: { type: "string", minLength: 1, description: "The key that `pulumi config set --secret KEY` was given." },
  },
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
};

export function propertySchema({ text, property }: Described, parts: Parts): Record<string, unknown> {
  if (property?.secret) return { $ref: "#/definitions/secret", description: text };
  const usual = property?.default ?? property?.absent;
  return {
    ...typeSchema(property?.type, parts),
    description: text,
    ...(usual === undefined ? {} : { default: usual }),
  };
}

export function propertySchemas(described: Described[], parts: Parts) {
  return Object.fromEntries(described.map((each) => [each.name, propertySchema(each, parts)]));
}

export const requiredOf = (described: Described[]) =>
  described.flatMap(({ name, property }) => (property?.input === "required" ? [name] : []));

function typeSchema(type: Type | undefined, parts: Parts): Record<string, unknown> {
  switch (type?.is) {
    case "url": {
      const port = type.port ? "(:\\d+)?" : "";
      const scheme = type.loopback ? "https?" : "https";
      const path = type.query ? CHARACTERS.query : CHARACTERS.path;
      return { type: ["string", "null"], pattern: `^\\s*${scheme}://${CHARACTERS.host}${port}${path}\\s*$` };
    }
    case "duration":
      return { type: ["string", "null"], pattern: "^\\d+(\\.\\d+)?(ms|s|m|h)$" };
    case "choice":
      return { enum: [...type.words, null] };
    case "integer":
      return {
        type: ["integer", "null"],
        minimum: type.least,
        ...(type.most === undefined ? {} : { maximum: type.most }),
      };
    case "flag":
      return { type: ["boolean", "null"] };
    case "program":
      return { ...TEXTS, type: ["array", "null"], minItems: 1 };
    case "shape":
      return {
        type: ["object", "null"],
        properties: propertySchemas(parts.sink, parts),
        additionalProperties: false,
        ...(type.exactlyOne ? { minProperties: 1, maxProperties: 1 } : {}),
      };
    case "variants":
      return variantsSchema(type, parts);
    case "form":
      return formSchema(type.form, parts);
    default:
      return { type: ["string", "null"], minLength: 1 };
  }
}

function variantsSchema({ by, usual }: Extract<Type, { is: "variants" }>, parts: Parts) {
  const words = parts.strategies.map(({ name, text }) => `\`${name}\`: ${text}`).join("\n\n");
  const word = { enum: parts.strategies.map(({ name }) => name), description: words, default: usual };
  return {
    type: ["object", "null"],
    properties: { [by]: word },
    allOf: parts.strategies.map(({ name, args }) => ({
      if: { properties: { [by]: { const: name } }, ...(name === usual ? {} : { required: [by] }) },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: {
        properties: { [by]: {}, ...propertySchemas(args, parts) },
        additionalProperties: false,
        required: requiredOf(args),
      },
    })),
  };
}

function formSchema(form: string, { eventTypes }: Parts) {
  if (form === "eventCategoryTypes") {
    const pattern = "^\\s*[^.\\s]+\\.[^.\\s]+\\s*$";
    return {
      type: ["array", "null"],
      minItems: 1,
      items: { anyOf: [{ enum: Object.keys(eventTypes) }, { type: "string", pattern }] },
    };
  }
  if (form === "filters") {
    const keys = [...new Set(Object.values(eventTypes).flat())];
    const value = { type: ["string", "number", "boolean", "null"] };
    return {
      type: ["object", "array", "null"],
      properties: Object.fromEntries(keys.map((key) => [key, value])),
      additionalProperties: value,
      items: { type: "string", pattern: "^[^=]+=" },
    };
  }
  if (form === "mid") return { type: ["string", "integer"], pattern: "^\\d+$" };
  throw new Error(`there is no JSON Schema for the format ${form}`);
}
