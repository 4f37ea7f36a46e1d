import { createHmac } from "node:crypto";
import fc from "fast-check";
import { type Delivery, verifySignature } from "pulumi-ens/receiver";

// Random tests for unexpected cases. fast-check prints the seed and the smallest failing case.
const runs = { numRuns: 200 };
beforeAll(() => jest.spyOn(process, "emitWarning").mockReturnValue());

const sign = (material: Uint8Array | string, body: Uint8Array | string) =>
  createHmac("sha256", material).update(body).digest("base64");
const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
/** Returns the result, or the message of the error that a mistake of the receiver causes. */
function outcome(delivery: { [name in keyof Delivery]: unknown }): boolean | string {
  try {
    return verifySignature(delivery as Delivery);
  } catch (error) {
    return String(error);
  }
}

const secret = fc.uint8Array({ minLength: 16, maxLength: 100 }).filter((bytes) => new Set(bytes).size > 1);
const mode = fc.constantFrom(
  (bytes: Uint8Array) => bytes,
  (bytes: Uint8Array) => encode(bytes),
);
/** Whether random text happens to be a possible key. */
function isKey(text: unknown): boolean {
  const found = Buffer.from(typeof text === "string" ? text : "", "base64");
  return found.length >= 16 && new Set(found).size > 1 && encode(found) === String(text).trim();
}

const blanks = fc.array(fc.constantFrom(" ", "\t", "\n", "\r\n", "\v", "\f", "\u00a0", "\u2028", "\ufeff"));
const spaced = (key: string) => fc.tuple(blanks, blanks).map(([a, b]) => a.join("") + key + b.join(""));
const noKey = fc.constantFrom(undefined, null, "");
const goodKeys = fc.array(fc.oneof(secret.map(encode), noKey));
const bytes = fc.uint8Array({ maxLength: 300 });
const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.base64String());
const anyThing = fc.oneof(anyText, fc.anything({ withTypedArray: true, withNullPrototype: true, withDate: true }));

test("the right key is found in each key form, at each position and with any white space", () => {
  const arbitrary = secret.chain((key) => fc.tuple(fc.constant(key), spaced(encode(key)), mode, goodKeys, goodKeys));
  const form = fc.constantFrom(
    (body: Uint8Array) => body,
    (body: Uint8Array) => Buffer.from(body),
    (body: Uint8Array) => body.slice().buffer,
  );
  fc.assert(
    fc.property(arbitrary, bytes, form, ([key, text, material, before, after], body, as) => {
      const signature = sign(material(key), body);
      expect(verifySignature({ body: as(body), signature, keys: [...before, text, ...after] })).toBe(true);
      expect(verifySignature({ body: as(body), signature: [signature], keys: text })).toBe(true);
    }),
    runs,
  );
});

test("a string is signed as its bytes in UTF-8", () => {
  fc.assert(
    fc.property(secret, fc.string({ unit: "grapheme" }), (key, body) => {
      expect(verifySignature({ body, signature: sign(key, Buffer.from(body)), keys: encode(key) })).toBe(true);
    }),
    runs,
  );
});

test("no other key verifies a delivery", () => {
  // HMAC pads keys with zeros, so keys that differ only in trailing zeros are equivalent.
  const same = (key: Uint8Array) =>
    Buffer.from(key)
      .toString("hex")
      .replace(/(00)+$/, "");
  fc.assert(
    fc.property(secret, mode, goodKeys, bytes, (key, material, keys, body) => {
      const others = keys.filter((other) => !other || same(Buffer.from(other, "base64")) !== same(key));
      expect(outcome({ body, signature: sign(material(key), body), keys: others })).not.toBe(true);
    }),
    runs,
  );
});

test("no value in the list of keys makes a delivery valid that was signed without a key", () => {
  const placeholder = fc
    .tuple(fc.nat(40), fc.integer({ min: 0, max: 255 }))
    .map(([size, byte]) => Buffer.alloc(size, byte));
  const short = fc.oneof(fc.uint8Array({ maxLength: 15 }), placeholder);
  const junk = fc.oneof(
    anyThing,
    blanks.map((all) => all.join("")),
    short.map(encode),
  );
  fc.assert(
    fc.property(fc.array(junk, { minLength: 1 }), goodKeys, bytes, (unfit, keys, body) => {
      const texts = unfit.filter((each): each is string => typeof each === "string" && !isKey(each));
      const guesses = texts.flatMap((text) => [text, text.trim()]);
      const decoded = guesses.map((guess) => Buffer.from(guess, "base64"));
      for (const guess of ["", Buffer.alloc(1), Buffer.alloc(64), ...guesses, ...decoded]) {
        const signature = sign(guess, body);
        expect(outcome({ body, signature, keys: [...keys, ...unfit] })).not.toBe(true);
        if (!isKey(unfit[0])) expect(outcome({ body, signature, keys: unfit[0] })).not.toBe(true);
      }
    }),
    runs,
  );
});

test("the error about a rejected key does not contain the key", () => {
  const marker = "dont-tell";
  fc.assert(
    fc.property(anyText, anyText, goodKeys, (before, after, keys) => {
      const text = outcome({ body: "", signature: "", keys: [...keys, before + marker + after] });
      expect(text).toMatch(new RegExp(`^Error: keys\\[${keys.length}\\] is not base64`));
      expect(text).not.toContain(marker);
    }),
    runs,
  );
});

test("a random signature returns false and never throws", () => {
  fc.assert(
    fc.property(secret, bytes, anyThing, (key, body, signature) => {
      expect(outcome({ body, signature, keys: encode(key) })).toBe(false);
    }),
    runs,
  );
});

test("a signature with any change returns false", () => {
  const right = secret.chain((key) => fc.tuple(fc.constant(key), mode, bytes));
  const anyChange = fc.tuple(fc.nat(44), fc.nat(44), anyText);
  fc.assert(
    fc.property(right, anyChange, ([key, material, body], [at, size, text]) => {
      const signature = sign(material(key), body);
      const changed = signature.slice(0, at) + text + signature.slice(at + size);
      expect(outcome({ body, signature: changed, keys: encode(key) })).toBe(changed === signature);
    }),
    runs,
  );
});

test("any body that is not raw throws", () => {
  const parsed = anyThing.filter((body) => typeof body !== "string" && !(body instanceof Uint8Array));
  fc.assert(
    fc.property(secret, parsed, (key, body) => {
      for (const guess of ["", "undefined", "null", "[object Object]", String(JSON.stringify(body, bigints))]) {
        const signature = sign(key, guess);
        expect(outcome({ body, signature, keys: encode(key) })).toMatch(/^TypeError: body is .*; give the raw body/);
      }
    }),
    runs,
  );
});

const bigints = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
