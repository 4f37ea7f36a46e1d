import { timingSafeEqual } from "node:crypto";
import { types } from "node:util";
import { typeProblem } from "../type-problem";
import { parseSignatureKeys, type SignatureKeys, WAY_OUT } from "./keys";
import { hmac } from "./sign";

/** A delivery, and the keys that may have signed it. */
export interface Delivery {
  /** The raw body, never one that was parsed and serialized again. A `Buffer` is a `Uint8Array`. */
  readonly body: string | Uint8Array | ArrayBuffer;
  /** The header `x-sfmc-ens-signature` as a framework passes it. A list must have one element. */
  readonly signature: string | readonly string[] | null | undefined;
  /** One or more keys. Pass the old and the new key during a rotation. */
  readonly keys: SignatureKeys;
}

/**
 * Returns whether a delivery was signed with one of the keys. The signature is the base64 of the HMAC-SHA256 of the raw body.
 * Sources disagree whether the key is used decoded or as text, so both are accepted. The comparison takes constant time.
 *
 * Returns `false` for any wrong signature. Throws when the receiver is wrong: when `parseSignatureKeys` rejects a key, when
 * there is no key, or when the body is not raw (`TypeError`).
 *
 * Source: ENS REST contract §6.2, §11 #39.
 */
export function verifySignature({ body, signature, keys }: Delivery): boolean {
  const known = parseSignatureKeys(keys);
  if (known.length === 0) throw new Error(`keys contains no key, so no delivery can be verified; ${WAY_OUT}`);
  const bytes = rawBytes(body);
  const [text, ...more] = Array.isArray(signature) ? signature : [signature];
  if (typeof text !== "string" || more.length > 0) return false;
  // Compare the texts and not the decoded bytes, because each signature has only one spelling.
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
