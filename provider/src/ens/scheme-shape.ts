import { z } from "zod";
import { isRecord, one } from "./codec";

const PATH = "/platform/v1/ens-authentications";

/**
 * The JSON of auth schemes is in no document, so a person can give another form than the one assumed: one word of each
 * pair, the first of it being the default. Source: ENS REST contract §5.2, §11 #1 to #4.
 */
const WORDS = {
  body: ["object", "array"],
  putId: ["put-id-in-body", "put-id-in-path"],
  deleteId: ["delete-id-in-path", "delete-id-in-body"],
  idName: ["authId", "authID"],
} as const;
const LIST = Object.values(WORDS)
  .map((pair) => pair.join(" or "))
  .join(", ");

/** The form in which ENS takes auth schemes. */
export type SchemeShape = { readonly [Choice in keyof typeof WORDS]: (typeof WORDS)[Choice][number] };

/** A delete whose path may not tell the id. */
export interface Removal {
  readonly id: string;
  readonly path: string;
  readonly body?: object;
}

/** From words with commas, like `array,put-id-in-path`. Throws on a word that is unknown or contradicts another one. */
export function schemeShape(words = ""): SchemeShape {
  const given = words
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  const known: readonly string[] = Object.values(WORDS).flat();
  const strange = given.find((word) => !known.includes(word));
  if (strange !== undefined) {
    throw new Error(`ens:authSchemeShape has the unknown word ${JSON.stringify(strange)}; the words are ${LIST}`);
  }
  const chosen = Object.entries(WORDS).map(([choice, pair]) => {
    if (pair.every((word) => given.includes(word))) {
      throw new Error(`ens:authSchemeShape has both ${pair.join(" and ")}; give one of them`);
    }
    return [choice, given.includes(pair[1]) ? pair[1] : pair[0]];
  });
  return Object.fromEntries(chosen) as SchemeShape;
}

/** Every call about auth schemes, in the form that ENS takes: there is no other place that knows it. */
export function schemeCalls(shape: SchemeShape) {
  const body = (scheme: object) => (shape.body === "array" ? [scheme] : scheme);
  const item = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
  const named = (id: string) => ({ [shape.idName]: id });
  return {
    list: PATH,
    item,
    create: (scheme: object) => ({ path: PATH, body: body(scheme) }),
    update: (id: string, scheme: object) =>
      shape.putId === "put-id-in-path"
        ? { path: item(id), body: body(scheme) }
        : { path: PATH, body: body({ ...scheme, ...named(id) }) },
    remove: (id: string): Removal =>
      shape.deleteId === "delete-id-in-path" ? { id, path: item(id) } : { id, path: PATH, body: body(named(id)) },
  };
}

/** An auth scheme's answer, array or object, whatever the spelling of its id. Source: ENS REST contract §11 #1, #2. */
export function withAuthId<Schema extends z.ZodType>(schema: Schema) {
  return one(z.preprocess((body) => (isRecord(body) ? { ...body, authId: authIdOf(body) } : body), schema));
}

function authIdOf(body: Record<string, unknown>): unknown {
  const key = Object.keys(body).find((name) => name.toLowerCase() === "authid");
  return key === undefined ? undefined : body[key];
}
