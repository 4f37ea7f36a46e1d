import { createHmac } from "node:crypto";
import type { StoredCallback } from "../store";
import type { Switches } from "../switches";

/** Signs a body: base64 of HMAC-SHA256 over the raw body: documented. Sources disagree on the key material. Source: §6.2. */
export function signature(key: string, body: Buffer, { hmacKeyMode }: Switches): string {
  const material = hmacKeyMode === "utf8" ? key : Buffer.from(key, "base64");
  return createHmac("sha256", material).update(body).digest("base64");
}

/**
 * Chooses the key that signs a delivery. While an old and a new key overlap, either may sign. They alternate by the number
 * of the delivery, so that all its attempts have the same signature. Assumed. Source: ENS REST contract §2.7, §11 #40.
 */
export function keyOf({ signatureKey, previousKey }: StoredCallback, now: number, number: number): string {
  const old = previousKey !== undefined && now < previousKey.until && number % 2 === 1;
  return old ? previousKey.signatureKey : signatureKey;
}
