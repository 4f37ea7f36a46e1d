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

// A state is put together from three sides: `before` is what it said, `wanted` what the program asks, `live` what ENS shows.

type Before = { readonly before: CallbackState };
type Wanted = { readonly wanted: Inputs };
type Live = { readonly live: LiveCallback };

const TABLE: Properties = properties;
/** What ENS changes in place. */
const CHANGEABLE = namesWhere(properties, ({ ens }) => ens === "stored" || ens === "switched");
/** What only the steps of an update bring about: each of them compares it with what is asked. */
const SET_BY_STEPS = [...CHANGEABLE, "signatureKeyVersion", "signatureKeySink"];

/** What the state says when the callback exists and nothing else is done. */
export function firstState(run: Run, wanted: Inputs, { live, how, known }: Obtained): CallbackState {
  const createdAt = new Date(run.clock.now()).toISOString();
  const base = { ...wanted, callbackId: live.callbackId, status: "unverified", statusReason: "none", createdAt };
  if (how === "created") {
    // A key that shall not be in the state is not in it after a failure either: the next run makes another one.
    const answered = wanted.signatureKeySink === undefined ? live : without(live, "signatureKey");
    const shown = live.authId !== undefined && live.authId === wanted.authId ? { authIdShown: true } : {};
    return { ...withLive({ before: { ...base, ...known }, live: answered }), ...shown };
  }
  // It was finished before: what ENS shows, and not what is asked, is the state before the first change.
  const scheme = live.authId ? { authId: live.authId, authIdShown: true } : {};
  return withVerificationOutcome(run, withLive({ before: { ...without(base, "authId"), ...scheme, ...known }, live }));
}

/** What the state says before the first step of an update: an input that the program leaves out now is not there any more. */
export function stateBeforeUpdate({ before, wanted }: Before & Wanted): CallbackState {
  const stays = (name: string) => TABLE[name]?.input === undefined || SET_BY_STEPS.includes(name);
  const kept = Object.entries(before).filter(([name]) => stays(name));
  const asked = Object.entries(wanted).filter(([name]) => !stays(name));
  return Object.fromEntries([...kept, ...asked]) as CallbackState;
}

/** Whether ENS has something else than what is asked, as far as the state knows. */
export function differsFromWanted({ before, wanted }: Before & Wanted): boolean {
  return CHANGEABLE.some((name) => !isDeepStrictEqual(Reflect.get(wanted, name), Reflect.get(before, name)));
}

/** ENS's words where it gives one, in our spelling. It may leave `authId` out although a scheme is attached: absent is not removed. */
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

/** What the state says after a change was sent, whether ENS shows it as asked or not. */
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

/** Nothing says that a change keeps a callback verified. Source: ENS REST contract §2.4. */
export function losesVerification({ before: { pendingName, status }, live }: Before & Live): boolean {
  return pendingName !== undefined && isVerified(status) && !isVerified(live.status ?? status);
}

/** Somebody has taken its scheme off. */
export function isSchemeDetached({ before: { authId, authIdShown }, live }: Before & Live): boolean {
  return authId !== undefined && authIdShown === true && !live.authId;
}
