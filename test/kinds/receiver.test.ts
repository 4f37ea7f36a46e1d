import { createHmac } from "node:crypto";
import { parseProbe, verifySignature } from "pulumi-ens/receiver";

const key = Buffer.from("0123456789abcdef0123456789abcdef").toString("base64");
const body = '[{"eventCategoryType":"EngagementEvents.EmailOpen"}]';
const signed = (material: Buffer | string) => createHmac("sha256", material).update(body).digest("base64");

test.each([
  ["decoded", Buffer.from(key, "base64")],
  ["as text", key],
])("a delivery signed with the key %s is accepted, also when it is the second of two keys", (_, material) => {
  const signature = signed(material);
  expect(verifySignature({ body, signature, keys: [key] })).toBe(true);
  expect(verifySignature({ body, signature, keys: ["other", key] })).toBe(true);
});

test.each([
  ["another key", signed("other")],
  ["no header", undefined],
  ["an empty header", ""],
  ["no base64", "%%%"],
])("a delivery with %s is refused", (_, signature) => {
  expect(verifySignature({ body, signature, keys: [key] })).toBe(false);
});

test("a body changed by one byte, or no key at all, is refused", () => {
  const signature = signed(key);
  expect(verifySignature({ body: `${body} `, signature, keys: [key] })).toBe(false);
  expect(verifySignature({ body, signature: createHmac("sha256", "").update(body).digest("base64"), keys: [""] })).toBe(
    false,
  );
});

test("only a probe is taken for a probe", () => {
  expect(parseProbe({ callbackId: "c", verificationKey: "k" })).toEqual({ callbackId: "c", verificationKey: "k" });
  expect(parseProbe([{ eventCategoryType: "x" }])).toBeUndefined();
  expect(parseProbe({ callbackId: "c" })).toBeUndefined();
});
