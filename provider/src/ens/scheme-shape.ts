/**
 * Keywords that describe the request format of auth schemes. ENS does not document that format, so a setting can override
 * each assumption with the second keyword of a pair. The first keyword of each pair is the default. Source: ENS REST contract §5.2, §11 #1 to #4.
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

/** Request format in which ENS accepts auth schemes. */
export type SchemeShape = { readonly [Choice in keyof typeof WORDS]: (typeof WORDS)[Choice][number] };

/** Parses comma-separated keywords, for example `array,put-id-in-path`. Throws on an unknown or contradictory keyword. */
export function schemeShape(words = ""): SchemeShape {
  const given = words
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  const known: readonly string[] = Object.values(WORDS).flat();
  const unknown = given.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    throw new Error(`ens:authSchemeShape has the unknown keyword ${JSON.stringify(unknown)}; the keywords are ${LIST}`);
  }
  const chosen = Object.entries(WORDS).map(([choice, pair]) => {
    if (pair.every((word) => given.includes(word))) {
      throw new Error(`ens:authSchemeShape has both ${pair.join(" and ")}; give only one of them`);
    }
    return [choice, given.includes(pair[1]) ? pair[1] : pair[0]];
  });
  return Object.fromEntries(chosen) as SchemeShape;
}
