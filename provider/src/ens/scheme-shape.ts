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
