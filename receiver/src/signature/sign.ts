import { createHmac } from "node:crypto";
import { parseSignatureKeys, WAY_OUT } from "./keys";

/** Header that contains the signature of a delivery. Source: ENS REST contract §6.2. */
export const SIGNATURE_HEADER = "x-sfmc-ens-signature";

/**
 * Signs a body like ENS and returns the value of the header `x-sfmc-ens-signature`. For tests of a receiver.
 *
 * @param key A signature key in base64. Throws when the key cannot come from ENS.
 * @param keyForm Whether the key is decoded first (`decoded`), or its characters are the key (`text`). ENS's documents
 * disagree, and `verifySignature` accepts both.
 */
export function sign(body: string | Uint8Array, key: string, keyForm: "decoded" | "text" = "decoded"): string {
  const [parsed] = parseSignatureKeys(key);
  if (parsed === undefined) throw new Error(`key is missing; ${WAY_OUT}`);
  return hmac(body, keyForm === "decoded" ? Buffer.from(parsed, "base64") : Buffer.from(parsed));
}

/** Returns the base64 of the HMAC-SHA256 of a body. */
export function hmac(body: string | Uint8Array, material: Uint8Array): string {
  return createHmac("sha256", material).update(body).digest("base64");
}
