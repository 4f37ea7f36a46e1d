import fc from "fast-check";

/** The part of JSON Schema that the simulator's document uses. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A placeholder for the id of some object. `filledIn` replaces it with the id of an existing object. */
const ANY_ID = fc.nat(40).map((at) => `{{id ${at}}}`);

export function filledIn(text: string, ids: readonly string[]): string {
  const [first = "11111111-2222-4333-8444-555555555555"] = ids;
  return text.replace(/\{\{id (\d+)\}\}/g, (_all, at: string) => ids[Number(at) % ids.length] ?? first);
}

/** Generates values that fit the schema. `text` generates the strings of fields, by name, that must have a meaning. */
export function fitting(
  schema: Schema,
  texts: Readonly<Record<string, readonly string[]>>,
  name = "",
): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((each) => fitting(each, texts, name)));
  switch (schema.type) {
    case "array":
      return fc.array(fitting(schema.items ?? {}, texts, name), { minLength: 1, maxLength: 3 });
    case "object":
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([key, each]) => [key, fitting(each, texts, key)]),
        ),
        { requiredKeys: [...(schema.required ?? [])] },
      );
    case "integer":
    case "number":
      return fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 5000, 5000) });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "string":
      if (texts[name] !== undefined) return fc.constantFrom(...texts[name]);
      return schema.format === "uuid" ? ANY_ID : fc.string({ minLength: 1, maxLength: 12 });
    default:
      return fc.jsonValue();
  }
}

const HOSTILE = fc.oneof(
  fc.constantFrom<unknown>("", " ", "\u0000", "null", "x".repeat(5000), "__proto__", "{{id 0}}", 0, -1, 1e308, 0.5),
  fc.constantFrom<unknown>(null, true, [], {}, [[]], [null], { length: 1 }, { toString: 1 }, { __proto__: null }),
  fc.jsonValue(),
);

/** Generates a value that fits, and replaces or removes a part of it. */
export function nearly(fits: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(fits, fc.nat(), fc.option(HOSTILE, { nil: undefined })).map(([value, at, other]) => {
    const copy: unknown = structuredClone(value);
    const places = placesIn(copy);
    const place = places[at % Math.max(1, places.length)];
    if (place === undefined) return other;
    if (other === undefined) Reflect.deleteProperty(place.owner, place.key);
    else Reflect.set(place.owner, place.key, other);
    return copy;
  });
}

function placesIn(value: unknown): { readonly owner: object; readonly key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [{ owner: value, key }, ...placesIn(each)]);
}

export const hostile: fc.Arbitrary<unknown> = HOSTILE;
