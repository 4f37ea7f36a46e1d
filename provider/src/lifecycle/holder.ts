import type { Kind, Values } from "../kinds/kind";
import { type Holder, ownerKey } from "../run/objects";
import { CREATED } from "./values";

/** What an entry of the state says of itself: when it was created, whose it is, and which key it has. */
export function holderOf(kind: Kind, state: Values): Holder {
  const { signatureKey, previousSignatureKey, signatureKeyFingerprint, signatureKeyVersion } = state;
  const key = { signatureKey, previousSignatureKey, signatureKeyFingerprint, signatureKeyVersion };
  const has = signatureKey !== undefined || signatureKeyFingerprint !== undefined;
  return {
    stamp: String(state[CREATED] ?? ""),
    owner: ownerKey(kind.name, state.owner),
    ...(has ? { key: Object.fromEntries(Object.entries(key).filter(([, value]) => value !== undefined)) } : {}),
  };
}
