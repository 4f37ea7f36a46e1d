import { typeProblem } from "../type-problem";

/** One key as ENS gave it, or a list; `undefined`, `null` and `""` stand for a key that is not there yet. */
export type SignatureKeys = SignatureKey | readonly SignatureKey[];
type SignatureKey = string | null | undefined;

export const WAY_OUT = "give the key as `pulumi stack output signatureKey --show-secrets` prints it";

/** All keys that the service's documents show have this length; nothing promises it. Source: §2.1. */
const USUAL_BYTES = 32;
/** Below this, somebody can guess a key, and an empty one needs no guess. */
const FEWEST_BYTES = 16;

/**
 * The keys without the white space around them and without those that are not there. Call it when the receiver starts,
 * so that a key that was copied badly is noticed then and not at the first delivery. It returns an empty list when there
 * is no key, because a receiver has to run before ENS makes the first one.
 *
 * Throws when a key cannot be one of ENS's: the error says which by its place in `keys`, and never repeats it. A key of
 * an unusual length is taken; it causes a warning with the code `ENS_SIGNATURE_KEY_LENGTH`, once per process.
 *
 * Source: ENS REST contract §2.1, §6.2.
 */
export function parseSignatureKeys(keys: SignatureKeys): string[] {
  if (!Array.isArray(keys)) return parseKey(keys, "keys");
  return keys.flatMap((key, at) => parseKey(key, `keys[${at}]`));
}

function parseKey(given: unknown, name: string): string[] {
  if (given === undefined || given === null || given === "") return [];
  if (typeof given !== "string") throw new TypeError(`${name} ${typeProblem(given, "each key as text")}`);
  const key = given.trim();
  const bytes = Buffer.from(key, "base64");
  const problem = problemOf(key, bytes);
  if (problem !== undefined) throw new Error(`${name} ${problem}; ${WAY_OUT}`);
  if (bytes.length !== USUAL_BYTES) warnOnce(name, bytes.length);
  return [key];
}

/** Why a text cannot be a key: with such a key, a delivery that anybody signed would pass. */
function problemOf(key: string, bytes: Buffer): string | undefined {
  if (key.includes("[secret]")) return 'is "[secret]", which Pulumi prints in place of a secret';
  if (key === "") return "is blank";
  if (bytes.toString("base64") !== key) return "is not base64 with its padding, or has something around it";
  if (bytes.length < FEWEST_BYTES) return `decodes to ${bytes.length} bytes, which is too few for a key`;
  // HMAC fills a key up with zeros, so that a key of zeros signs like an empty one.
  if (new Set(bytes).size === 1) return "decodes to the same byte throughout, which is no key";
  return undefined;
}

let warned = false;
function warnOnce(name: string, length: number): void {
  if (warned) return;
  warned = true;
  const message = `${name} decodes to ${length} bytes, and all known keys of ENS to ${USUAL_BYTES}; it is used as it is`;
  process.emitWarning(`${message}. If deliveries are refused, ${WAY_OUT}.`, { code: "ENS_SIGNATURE_KEY_LENGTH" });
}
