import { timingSafeEqual } from "node:crypto";
import { types } from "node:util";
import { typeProblem } from "../type-problem";
import { parseSignatureKeys, type SignatureKeys, WAY_OUT } from "./keys";
import { hmac } from "./sign";

/** What came to the receiver, and the keys that may have signed it. */
export interface Delivery {
  /** The body as it came, never one that was parsed and written again. A `Buffer` is a `Uint8Array`. */
  readonly body: string | Uint8Array | ArrayBuffer;
  /** The header `x-sfmc-ens-signature` as any framework gives it; a list counts when it has one element. */
  readonly signature: string | readonly string[] | null | undefined;
  /** Several keys may be given, so that a key can be rotated. */
  readonly keys: SignatureKeys;
}

/**
 * Whether a delivery was signed with one of the keys: base64 of HMAC-SHA256 over the raw body. Sources disagree whether
 * the key is used decoded or as text, so both are accepted. Compared in constant time.
 *
 * A signature that does not fit, whatever it is, gives `false`. What the receiver itself does wrong is thrown: a key that
 * `parseSignatureKeys` refuses, no key at all, or a body that is not raw (`TypeError`).
 *
 * Source: ENS REST contract §6.2, §11 #39.
 */
export function verifySignature({ body, signature, keys }: Delivery): boolean {
  const known = parseSignatureKeys(keys);
  if (known.length === 0) throw new Error(`keys has no key, so that no delivery can be verified; ${WAY_OUT}`);
  const bytes = rawBytes(body);
  const [text, ...more] = Array.isArray(signature) ? signature : [signature];
  if (typeof text !== "string" || more.length > 0) return false;
  // Texts are compared, not what they decode to: each signature has one spelling only.
  const given = Buffer.from(text);
  const materials = known.flatMap((key) => [Buffer.from(key, "base64"), Buffer.from(key)]);
  return materials.some((material) => {
    const wanted = Buffer.from(hmac(bytes, material));
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  });
}

function rawBytes(body: unknown): string | Uint8Array {
  if (typeof body === "string" || types.isUint8Array(body)) return body;
  if (types.isArrayBuffer(body)) return new Uint8Array(body);
  const what = "the raw body, before anything parses it: a Buffer, Uint8Array, ArrayBuffer or string";
  throw new TypeError(`body ${typeProblem(body, what)}`);
}
