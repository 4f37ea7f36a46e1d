import { parseSignatureKeys, type SignatureKeys, verifySignature } from "pulumi-ens/receiver";

const base64 = (bytes: number) => Buffer.from(Array.from({ length: bytes }, (_, at) => at + 1)).toString("base64");
const key = base64(32);
const WAY_OUT =
  "; give the key as `pulumi stack output signatureKey --show-secrets` prints it (add --json for a JSON file)";

test("keys are returned without white space around them, and missing keys are left out", () => {
  expect(parseSignatureKeys([` ${key}\n`, undefined, null, "", key])).toEqual([key, key]);
  expect(parseSignatureKeys(`${key}\n`)).toEqual([key]);
});

test("a receiver may start before ENS creates the first key", () => {
  for (const keys of [[], "", undefined, null, [undefined]]) expect(parseSignatureKeys(keys)).toEqual([]);
});

test.each([
  [" ", "is blank"],
  ["\n", "is blank"],
  ["***", "is not base64 with padding, or has other characters around it"],
  ["=", "is not base64 with padding, or has other characters around it"],
  [`"${key}"`, "is not base64 with padding, or has other characters around it"],
  [key.slice(0, -1), "is not base64 with padding, or has other characters around it"],
  [key.replace("A", "A "), "is not base64 with padding, or has other characters around it"],
  [`${key}${key}`, "is not base64 with padding, or has other characters around it"],
  [Buffer.alloc(32, 0xfb).toString("base64url"), "is not base64 with padding, or has other characters around it"],
  ["AA==", "decodes to 1 bytes, which is too few for a key"],
  [base64(15), "decodes to 15 bytes, which is too few for a key"],
  [Buffer.alloc(32).toString("base64"), "decodes to one repeated byte, which is not a key"],
  [Buffer.alloc(100, 0xff).toString("base64"), "decodes to one repeated byte, which is not a key"],
  ["[secret]", 'is "[secret]", which Pulumi prints in place of a secret'],
  ['"[secret]"\n', 'is "[secret]", which Pulumi prints in place of a secret'],
])("the key %j is rejected: it %s", (unfit, problem) => {
  expect(() => parseSignatureKeys([undefined, key, unfit])).toThrow(new Error(`keys[2] ${problem}${WAY_OUT}`));
  expect(() => parseSignatureKeys(unfit)).toThrow(new Error(`keys ${problem}${WAY_OUT}`));
});

test.each<[unknown, string]>([
  [[7], "keys[0] is a number"],
  [[key, Buffer.from(key, "base64")], "keys[1] is an object"],
  [[[key]], "keys[0] is a list"],
  [{ orders: key }, "keys is an object"],
])("keys that are not strings are rejected (%#): %s", (keys, problem) => {
  expect(() => parseSignatureKeys(keys as SignatureKeys)).toThrow(
    new TypeError(`${problem}; give each key as a string`),
  );
});

// No other test of this file may use such a key, because a process emits the warning only once.
test("a key of an unusual length is accepted, with one warning per process", () => {
  const warn = jest.spyOn(process, "emitWarning").mockReturnValue();
  const unusual: SignatureKeys[] = [key, [base64(48), base64(16)], base64(31)];
  expect(unusual.flatMap(parseSignatureKeys)).toEqual(unusual.flat());
  verifySignature({ body: "", signature: "", keys: base64(20) });
  const message =
    "keys[0] decodes to 48 bytes, but all known keys of ENS decode to 32 bytes; it is used anyway. " +
    "If deliveries are rejected, give the key as `pulumi stack output signatureKey --show-secrets` prints it (add --json for a JSON file).";
  expect(warn.mock.calls).toEqual([[message, { code: "ENS_SIGNATURE_KEY_LENGTH" }]]);
});
