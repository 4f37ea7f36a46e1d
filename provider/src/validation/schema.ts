import { z } from "zod";
import type { Integer, Properties, Property, Shape, Text, Type, Variants } from "../properties/types";
import { choiceProblem, shownTypeProblem } from "./problem";
import {
  choiceCheck,
  durationCheck,
  httpsUrlCheck,
  nameCheck,
  programCheck,
  secretCheck,
  textCheck,
  trimmedTextCheck,
} from "./validators";

/** Schemas of forms by name. A form is a type with a schema of its own. */
export type Forms = Readonly<Record<string, z.ZodType>>;

/** Creates the schema of all inputs in a table. The schema rejects unknown properties. */
export function inputsSchema(properties: Properties, forms: Forms): z.ZodObject {
  const inputs = Object.entries(properties).filter(([, { input }]) => input !== undefined);
  return z.strictObject(Object.fromEntries(inputs.map(([key, property]) => [key, propertySchema(property, forms)])));
}

function propertySchema(property: Property, forms: Forms): z.ZodType {
  const { type, secret } = property;
  const schema = type.is === "text" && secret ? secretCheck(type.what) : typeSchema(type, forms);
  // The default of an object is parsed as well, because its properties have defaults.
  if ("default" in property) {
    return property.type.is === "variants" ? schema.prefault(property.default) : schema.default(property.default);
  }
  return property.input === "required" ? schema : schema.optional();
}

function typeSchema(type: Type, forms: Forms): z.ZodType {
  switch (type.is) {
    case "text":
      return textSchema(type);
    case "url":
      return httpsUrlCheck(type.what, type);
    case "duration":
      return durationCheck(type.least, type.most);
    case "choice":
      return choiceCheck(type.words as readonly [string, ...string[]], type.refusals);
    case "integer":
      return integerSchema(type);
    case "flag":
      return z.boolean({ error: (issue) => shownTypeProblem(issue.input, "true or false") });
    case "program":
      return programCheck;
    case "shape":
      return shapeSchema(type, forms);
    case "variants":
      return variantsSchema(type, forms);
    case "form":
      return formSchema(type.form, forms);
  }
}

function textSchema({ what, ends }: Text): z.ZodType {
  if (ends === "trimmed") return trimmedTextCheck(what);
  return ends === "name" ? nameCheck(what) : textCheck(what);
}

function integerSchema({ what, least, most }: Integer): z.ZodType {
  const schema = z
    .int({ error: ({ input }) => shownTypeProblem(input, what) })
    .min(least, { error: ({ input }) => `is ${input}, below ${least}; give ${what}` });
  return most === undefined
    ? schema
    : schema.max(most, { error: ({ input }) => `is ${input}, above ${most}; give ${what}` });
}

function shapeSchema({ what, properties, exactlyOne }: Shape, forms: Forms): z.ZodType {
  const schema = z.strictObject(inputsSchema(properties, forms).shape, {
    error: (issue) => (issue.code === "invalid_type" ? shownTypeProblem(issue.input, what) : undefined),
  });
  if (!exactlyOne) return schema;
  return schema.refine((given) => Object.values(given).filter((value) => value !== undefined).length === 1, {
    error: ({ input }) => {
      const names = Object.keys(input as object);
      return names.length > 1 ? `has both ${names.join(" and ")}; give ${what}` : `is empty; give ${what}`;
    },
  });
}

function variantsSchema({ by, variants, usual }: Variants, forms: Forms): z.ZodType {
  const words = Object.keys(variants);
  const options = words.map((word) =>
    z.strictObject({ [by]: z.literal(word), ...inputsSchema(variants[word] ?? {}, forms).shape }),
  );
  const union = z.discriminatedUnion(by, options as [z.ZodObject, ...z.ZodObject[]], {
    error: ({ input }) => (isObject(input) ? choiceProblem(input[by], words) : variantProblem(input, by, words, usual)),
  });
  return z.preprocess((given) => (isObject(given) ? { [by]: usual, ...given } : given), union);
}

/** Explains what is wrong with a value that is not an object, such as the bare name of a variant. */
function variantProblem(input: unknown, by: string, words: readonly string[], usual: string): string {
  const word = words.find((each) => each === input);
  const way = `an object with a ${by}, for example { ${by}: "${word ?? usual}" }`;
  return word === undefined ? shownTypeProblem(input, way) : `is "${word}"; give ${way}`;
}

function formSchema(name: string, forms: Forms): z.ZodType {
  const schema = forms[name];
  if (schema === undefined) throw new Error(`there is no check for the form ${name}`);
  return schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
