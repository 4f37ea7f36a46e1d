import type { Kind, Values } from "../kinds/kind";
import { KEY_FACTS } from "../properties/callback";
import { type Holder, ownerKey } from "../run/objects";
import { CREATED, pick, withoutUndefined } from "./values";

/** What an entry of the state says of itself: when it was created, whose it is, and which key it has. */
export function holderOf(kind: Kind, state: Values): Holder {
  const has = state.signatureKey !== undefined || state.signatureKeyFingerprint !== undefined;
  return {
    stamp: String(state[CREATED] ?? ""),
    owner: ownerKey(kind.name, state.owner),
    ...(has ? { key: withoutUndefined(pick(state, KEY_FACTS)) } : {}),
  };
}
