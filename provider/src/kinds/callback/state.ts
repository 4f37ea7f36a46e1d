import { isDeepStrictEqual } from "node:util";
import type { LiveCallback } from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { callback as properties } from "../../properties/callback";
import { namesWhere, pickSent } from "../../properties/facts";
import type { Properties } from "../../properties/types";
import type { Run } from "../../run/run";
import { isSameUrl } from "../../validation/url";
import { without } from "../kind";
import { mergeLive } from "../live";
import type { CallbackState, Inputs } from "./schema";
import type { Obtained } from "./take-over";
import { withVerificationOutcome } from "./verification";

// A state is combined from three sources: `before` is the last state, `wanted` the inputs of the program, `live` what
// ENS
// returns.

type Before = { readonly before: CallbackState };
type Wanted = { readonly wanted: Inputs };
type Live = { readonly live: LiveCallback };

const TABLE: Properties = properties;
/** Properties that ENS can update. */
const CHANGEABLE = namesWhere(properties, ({ ens }) => ens === "stored" || ens === "switched");
/** Properties that only the steps of an update set in the state. Each step compares its properties with the inputs. */
const SET_BY_STEPS = [...CHANGEABLE, "signatureKeyVersion", "signatureKeySink"];

/** Returns the state of a callback that was just created or taken over, before any further step. */
export function firstState(run: Run, wanted: Inputs, { live, how, known }: Obtained): CallbackState {
  const createdAt = new Date(run.clock.now()).toISOString();
  const base = { ...wanted, callbackId: live.callbackId, status: "unverified", statusReason: "none", createdAt };
  if (how === "created") {
    // With a key sink, the key must not be in the state even after a failure. The next run then rotates the key.
    const visible = wanted.signatureKeySink === undefined ? live : without(live, "signatureKey");
    const shown = live.authId !== undefined && live.authId === wanted.authId ? { authIdShown: true } : {};
    return { ...withLive({ before: { ...base, ...known }, live: visible }), ...shown };
  }
  // A callback that is taken over is finished, so its state starts with what ENS returns instead of the inputs.
  const scheme = live.authId ? { authId: live.authId, authIdShown: true } : {};
  return withVerificationOutcome(run, withLive({ before: { ...without(base, "authId"), ...scheme, ...known }, live }));
}

/** Returns the state before the first step of an update. It does not contain inputs that the program no longer sets. */
export function stateBeforeUpdate({ before, wanted }: Before & Wanted): CallbackState {
  const stays = (name: string) => TABLE[name]?.input === undefined || SET_BY_STEPS.includes(name);
  const kept = Object.entries(before).filter(([name]) => stays(name));
  const asked = Object.entries(wanted).filter(([name]) => !stays(name));
  return Object.fromEntries([...kept, ...asked]) as CallbackState;
}

/** Whether the callback in ENS differs from the inputs, as far as the state shows. */
export function differsFromWanted({ before, wanted }: Before & Wanted): boolean {
  return CHANGEABLE.some((name) => !isDeepStrictEqual(Reflect.get(wanted, name), Reflect.get(before, name)));
}

/**
 * Merges what ENS returns into a state and keeps the spelling of the program. A missing `authId` does not mean that the
 * scheme was detached, because ENS may omit it.
 */
export function withLive({ before, live }: Before & Live): CallbackState {
  const { pendingName, ...rest } = mergeLive(properties, before, live);
  const unfinished = pendingName !== undefined && live.callbackName !== before.callbackName;
  return {
    ...rest,
    ...(unfinished ? { pendingName } : {}),
    callbackName: live.callbackName === pendingName ? before.callbackName : live.callbackName,
    url: isSameUrl(live.url, before.url) ? before.url : live.url,
    statusReason: live.statusReason || "none",
  };
}

/** Returns the state after an update was sent, whether ENS shows the update or not. */
export function stateAfterChange({ before, wanted, live }: Before & Wanted & Live): CallbackState {
  const { authId: _, unconfirmed: __, authIdShown, verifiedAt, ...rest } = before;
  const authId = live.authId || (authIdShown === true ? undefined : wanted.authId);
  const isPending = before.pendingName !== undefined && live.callbackName === before.pendingName;
  return {
    ...mergeLive(
      properties,
      { ...rest, ...pickSent(properties, ["stored"], wanted) },
      pickSent(properties, ["stored"], live),
    ),
    callbackName: isPending ? before.callbackName : live.callbackName,
    status: live.status ?? before.status,
    ...(verifiedAt === undefined || losesVerification({ before, live }) ? {} : { verifiedAt }),
    ...(authId === undefined ? {} : { authId }),
    ...(authId !== undefined && (live.authId || authIdShown === true) ? { authIdShown: true } : {}),
  };
}

/** Whether a rename reset the verification. No document rules this out. Source: ENS REST contract §2.4. */
export function losesVerification({ before: { pendingName, status }, live }: Before & Live): boolean {
  return pendingName !== undefined && isVerified(status) && !isVerified(live.status ?? status);
}

/** Whether somebody detached the scheme of the callback. */
export function isSchemeDetached({ before: { authId, authIdShown }, live }: Before & Live): boolean {
  return authId !== undefined && authIdShown === true && !live.authId;
}
