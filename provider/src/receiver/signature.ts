import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * Whether a delivery was signed with one of the keys: base64 of HMAC-SHA256 over the raw body, in the header
 * `x-sfmc-ens-signature`. Give the bytes as they came, never a body that was parsed and written again.
 *
 * Several keys may be given, so that a key can be rotated. Sources disagree whether the key is used decoded or as text,
 * so both are accepted. Compared in constant time.
 *
 * Source: ENS REST contract §6.2, §11 #39.
 */
export function verifySignature(delivery: {
  readonly body: Buffer | string;
  readonly signature: string | undefined;
  readonly keys: readonly string[];
}): boolean {
  const given = Buffer.from(delivery.signature ?? "", "base64");
  const materials = delivery.keys
    .filter((key) => key !== "")
    .flatMap((key) => [Buffer.from(key, "base64"), Buffer.from(key)]);
  return materials.some((key) => {
    const wanted = createHmac("sha256", key).update(delivery.body).digest();
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  });
}
