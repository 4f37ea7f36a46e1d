import type { Kind, Values } from "../kinds/kind";
import { KEY_FACTS } from "../properties/callback";
import { type Holder, ownerKey } from "../run/objects";
import { CREATED, pick, withoutUndefined } from "./values";

/** Describes an entry of the state: its creation time, owner and signature key. */
export function holderOf(kind: Kind, state: Values): Holder {
  const has = state.signatureKey !== undefined || state.signatureKeyFingerprint !== undefined;
  return {
    stamp: String(state[CREATED] ?? ""),
    owner: ownerKey(kind.name, state.owner),
    ...(has ? { key: withoutUndefined(pick(state, KEY_FACTS)) } : {}),
  };
}
