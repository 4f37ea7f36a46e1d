import { createHmac } from "node:crypto";
import { type Delivery, verifySignature } from "pulumi-ens/receiver";

const key = Buffer.from("0123456789abcdef0123456789abcdef").toString("base64");
const other = Buffer.from("fedcba9876543210fedcba9876543210").toString("base64");
const body = '[{"eventCategoryType":"EngagementEvents.EmailOpen"}]';
// printf %s "$body" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$(printf %s $key | base64 -d | xxd -p -c99) -binary | base64
const DECODED = "Rd3DGJ6oOtNFknCdsGPeEPNiw7Mc7rOn0Uf4+UN9Aaw=";
// printf %s "$body" | openssl dgst -sha256 -mac HMAC -macopt key:$key -binary | base64
const AS_TEXT = "9cyZVK/OQEc6CCnN8n9xGeWEpSjQISw41e+DM8Am8xo=";

const signed = (material: Buffer | string) => createHmac("sha256", material).update(body).digest("base64");
const verify = (changed: { [name in keyof Delivery]?: unknown }) =>
  verifySignature({ body, signature: DECODED, keys: key, ...changed } as Delivery);

describe.each([
  ["decoded", DECODED],
  ["as text", AS_TEXT],
])("a delivery that OpenSSL signed with the key %s", (_, signature) => {
  test("is accepted with that key, alone or in a list, and as the first or second of two", () => {
    expect(verify({ signature })).toBe(true);
    expect(verify({ signature, keys: [key] })).toBe(true);
    expect(verify({ signature, keys: [key, other] })).toBe(true);
    expect(verify({ signature, keys: [other, key] })).toBe(true);
    expect(verify({ signature, keys: [other] })).toBe(false);
  });

  test("is accepted without a previous key, before the first rotation", () => {
    for (const none of [undefined, null, ""]) {
      expect(verify({ signature, keys: [key, none] })).toBe(true);
      expect(verify({ signature, keys: [none, key] })).toBe(true);
    }
  });

  test("is accepted with white space around the key", () => {
    for (const spaced of [`${key}\n`, `${key}\r\n`, ` \t${key}`, `\uFEFF${key}`]) {
      expect(verify({ signature, keys: [spaced] })).toBe(true);
    }
  });

  test("is rejected when one byte of the body is different", () => {
    expect(verify({ signature, body: `${body} ` })).toBe(false);
    expect(verify({ signature, body: body.replace("Open", "open") })).toBe(false);
  });
});

test("a published test vector is accepted: RFC 4231, test case 4", () => {
  jest.spyOn(process, "emitWarning").mockReturnValue();
  const keys = Buffer.from(Array.from({ length: 25 }, (_, at) => at + 1)).toString("base64");
  const mac = "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b";
  const signature = Buffer.from(mac, "hex").toString("base64");
  expect(verify({ body: Buffer.alloc(50, 0xcd), signature, keys })).toBe(true);
});

test.each<[string, unknown]>([
  ["made with another key", signed(Buffer.from(other, "base64"))],
  ["made with an empty key", signed("")],
  ["in hexadecimal", Buffer.from(DECODED, "base64").toString("hex")],
  ["in the base64 of urls", Buffer.from(DECODED, "base64").toString("base64url")],
  ["without its padding", DECODED.slice(0, -1)],
  ["with other unused bits", DECODED.replace("w=", "x=")],
  ["with white space behind it", `${DECODED}\n`],
  ["that came twice, joined by Node.js", `${DECODED}, ${DECODED}`],
  ["that came twice, as a list", [DECODED, DECODED]],
  ["in an empty list", []],
  ["in a list in a list", [[DECODED]]],
  ["that is not there", undefined],
  ["that the Headers of fetch do not have", null],
  ["that is empty", ""],
  ["that is blank", "   "],
  ["that is not base64", "%%%"],
  ["of 44 characters that take more bytes", "€".repeat(44)],
  ["of characters whose lower bytes fit", DECODED.replace("R", String.fromCharCode(0x100 + "R".charCodeAt(0)))],
  ["of a million characters", "A".repeat(1_000_000)],
  ["that is no text", Buffer.from(DECODED)],
])("a signature %s returns false without an error, because anybody may send it", (_, signature) => {
  expect(verify({ signature })).toBe(false);
});

test("a signature in a list of one is accepted, because some frameworks pass it so", () => {
  expect(verify({ signature: [DECODED] })).toBe(true);
});

test("only a Buffer, Uint8Array, ArrayBuffer or string is accepted as a raw body", () => {
  const [bytes, text] = [new TextEncoder().encode("Grüße 🎉"), "Grüße 🎉"];
  // printf %s 'Grüße 🎉' | openssl dgst …, as above, with the key decoded
  const signature = "5cio4DWiTPesq/cp32r2KCiisg8qGg5yhL2iBxlDp2s=";
  const padded = Buffer.concat([Buffer.from("x"), bytes, Buffer.from("x")]);
  const part = new Uint8Array(padded.buffer, padded.byteOffset + 1, bytes.length);
  for (const raw of [text, Buffer.from(bytes), bytes, bytes.slice().buffer, part]) {
    expect(verify({ body: raw, signature })).toBe(true);
  }
});

test.each<[string, unknown, string]>([
  ["a parsed list", JSON.parse(body), "is a list"],
  ["a parsed object", {}, "is an object"],
  ["nothing", undefined, "is missing"],
  ["null", null, "is missing"],
  ["a number", 7, "is a number"],
  ["a list of larger numbers", new Uint16Array(8), "is an object"],
  ["an object that inherits from bytes", Object.create(Uint8Array.prototype), "is an object"],
])("%s as body throws and names the mistake", (_, parsed, problem) => {
  const message = `body ${problem}; give the raw body, before anything parses it: a Buffer, Uint8Array, ArrayBuffer or string`;
  expect(() => verify({ body: parsed })).toThrow(new TypeError(message));
  expect(() => verify({ body: parsed, signature: undefined })).toThrow(TypeError);
});

test("a missing key throws and does not return false", () => {
  const message = "keys contains no key, so no delivery can be verified";
  for (const keys of [[], "", undefined, [undefined, null, ""]]) {
    expect(() => verify({ keys, signature: signed("") })).toThrow(message);
  }
});

test("the types allow only accepted values", () => {
  const accepted: Delivery[] = [
    { body, signature: undefined, keys: key },
    { body: Buffer.from(body), signature: null, keys: [key, undefined, null] },
    { body: new Uint8Array(), signature: [DECODED], keys: process.env.NO_SUCH_KEY },
    { body: new ArrayBuffer(0), signature: ({} as NodeJS.Dict<string | string[]>).none, keys: [] as const },
  ];
  // @ts-expect-error a parsed body
  accepted.push({ body: [{}], signature: "", keys: key });
  // @ts-expect-error a body that may be missing
  accepted.push({ body: undefined, signature: "", keys: key });
  // @ts-expect-error a signature that is not a string
  accepted.push({ body, signature: Buffer.from(DECODED), keys: key });
  // @ts-expect-error a key that is not a string
  accepted.push({ body, signature: "", keys: [Buffer.from(key, "base64")] });
  // @ts-expect-error keys by name
  accepted.push({ body, signature: "", keys: { orders: key } });
  expect(accepted).toHaveLength(9);
});
