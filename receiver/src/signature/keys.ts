import { typeProblem } from "../type-problem";

/** One or more keys as ENS returned them. `undefined`, `null` and `""` stand for a key that does not exist yet. */
export type SignatureKeys = SignatureKey | readonly SignatureKey[];
type SignatureKey = string | null | undefined;

export const WAY_OUT =
  "give the key as `pulumi stack output signatureKey --show-secrets` prints it (add --json for a JSON file)";

/** Length of all keys in ENS's documentation, which ENS does not guarantee. Source: §2.1. */
const USUAL_BYTES = 32;
/** Shortest accepted key. A shorter key could be guessed. */
const FEWEST_BYTES = 16;

/**
 * Validates signature keys. Returns them without white space at both ends, and without missing keys. Call this function when
 * the receiver starts, so that a badly copied key is noticed before the first delivery. The list may be empty, because a
 * receiver must run before ENS creates the first key.
 *
 * Throws when a key cannot come from ENS. The error contains the position of the key in `keys`, but not the key. A key of
 * an unusual length is accepted, with a warning with the code `ENS_SIGNATURE_KEY_LENGTH` once per process.
 *
 * Source: ENS REST contract §2.1, §6.2.
 */
export function parseSignatureKeys(keys: SignatureKeys): string[] {
  if (!Array.isArray(keys)) return parseKey(keys, "keys");
  return keys.flatMap((key, at) => parseKey(key, `keys[${at}]`));
}

function parseKey(given: unknown, name: string): string[] {
  if (given === undefined || given === null || given === "") return [];
  if (typeof given !== "string") throw new TypeError(`${name} ${typeProblem(given, "each key as a string")}`);
  const key = given.trim();
  const bytes = Buffer.from(key, "base64");
  const problem = problemOf(key, bytes);
  if (problem !== undefined) throw new Error(`${name} ${problem}; ${WAY_OUT}`);
  if (bytes.length !== USUAL_BYTES) warnOnce(name, bytes.length);
  return [key];
}

/** Explains why a text is not a key. With an accepted wrong key, anybody could sign deliveries. */
function problemOf(key: string, bytes: Buffer): string | undefined {
  if (key.includes("[secret]")) return 'is "[secret]", which Pulumi prints in place of a secret';
  if (key === "") return "is blank";
  if (bytes.toString("base64") !== key) return "is not base64 with padding, or has other characters around it";
  if (bytes.length < FEWEST_BYTES) return `decodes to ${bytes.length} bytes, which is too few for a key`;
  // HMAC pads a key with zeros, so a key of zeros signs like an empty key.
  if (new Set(bytes).size === 1) return "decodes to one repeated byte, which is not a key";
  return undefined;
}

let warned = false;
function warnOnce(name: string, length: number): void {
  if (warned) return;
  warned = true;
  const message = `${name} decodes to ${length} bytes, but all known keys of ENS decode to ${USUAL_BYTES} bytes; it is used anyway`;
  process.emitWarning(`${message}. If deliveries are rejected, ${WAY_OUT}.`, { code: "ENS_SIGNATURE_KEY_LENGTH" });
}
