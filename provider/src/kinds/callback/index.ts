import { z } from "zod";
import type { EnsClient } from "../../ens/client";
import { list, one } from "../../ens/codec";
import { emptyWhenGone, reason } from "../../ens/errors";
import { isSameUrl } from "../../ens/property";
import { keySource, waiting } from "../../verification/options";
import { preflight } from "../../verification/preflight";
import type { KeySource } from "../../verification/strategy";
import { isVerified, KEY_LIFE_MS, verify } from "../../verification/verify";
import { InitializationFailed, type Kind, keeping, without } from "../kind";
import { keyed, keyless } from "./keys";
import { registered } from "./registration";
import { deleted } from "./removal";
import {
  answer,
  besidesInputs,
  type CallbackState,
  type Inputs,
  inputs,
  type Live,
  PATH,
  pathOf,
  unverifiable,
} from "./wire";

const LOST = "nobody can verify it any more, because ENS posts a verification key once and takes it for four hours";

export type CallbackInputs = z.input<typeof inputs>;
export type { CallbackState } from "./wire";

/** Source: ENS REST contract §2.1 to §2.7, §3. */
export const callback: Kind<Inputs, CallbackState> = {
  noun: "callback",
  inputs,
  replaces: ["url"],
  uncompared: ["verification", "preflight", "adopt"],
  unique: ["callbackName", "url"],
  unfinished: (state, inputs) =>
    (state.verifiedAt === undefined && !(toNobody(inputs) && toNobody(state))) || keyless(state),
  replacement(deleteFirst, state) {
    const lost = deleteFirst ? "; the old one goes before, with its subscriptions: events in between are lost" : "";
    return `it is replaced and gets another signature key: its receiver must know that one${lost}${becomesOf(state, deleteFirst)}`;
  },
  beyondRepair: (state) => (unverifiable(state) ? { property: "verificationKeyLost", why: LOST } : undefined),
  label: ({ callbackName, url }) => `${callbackName ?? "?"} at ${url ?? "?"}`,

  create: (ens, inputs) =>
    withSource(ens, inputs, async (source) => {
      if (inputs.preflight) await preflight(inputs.url);
      const live = await registered(ens, inputs);
      const id = live.callbackId;
      const state = merged({ ...inputs, callbackId: id, status: "unverified", statusReason: "none" }, live);
      const owned = live.signatureKey === undefined && isVerified(live.status) && inputs.adopt === "always";
      const known = owned ? { ...state, adopted: true } : state;
      // A key that shall not be in state is not in it after a failure either: the next run makes another one.
      const kept = inputs.signatureKeySink === undefined ? known : without(known, "signatureKey");
      const made = await keeping("callback", id, kept, () => brought(ens, inputs, known, source, false));
      return { id, state: await marked(ens, made) };
    }),

  async read(ens, id, state) {
    const found = (await ens.list(PATH, list(answer)).catch(emptyWhenGone)).find((each) => each.callbackId === id);
    const live = found ?? (await ens.get(pathOf(id), one(answer)));
    // What is gone from a list is looked for by itself.
    const off =
      detached(state, live) && (found === undefined || detached(state, await ens.get(pathOf(id), one(answer))));
    return seen(ens, merged(off ? (without(state, "authId") as CallbackState) : state, live));
  },

  async update(ens, _id, inputs, state) {
    const done =
      state.verifiedAt === undefined
        ? await withSource(ens, inputs, (source) => brought(ens, inputs, state, source, true))
        : await brought(ens, inputs, state, undefined, true);
    return marked(ens, done);
  },

  delete: deleted,
};

/** Whether nobody is to verify it. */
const toNobody = ({ verification }: Partial<Inputs>) => verification?.strategy === "none";

/** What happens to a replaced callback and to what is attached to it. */
function becomesOf(state: CallbackState, deleteFirst: boolean): string {
  if (unverifiable(state)) return "";
  if (state.onDelete === "retain") return "; the old one stays in ENS";
  if (state.onDelete === "cascade") return "; subscriptions that others attached to it are deleted with it";
  return deleteFirst ? ", and subscriptions that others attached to it would stop that half way" : "";
}

/** The source of the key is open before ENS posts it, and closed whatever happens. */
async function withSource<T>(
  ens: EnsClient,
  { verification, url }: Inputs,
  work: (source: KeySource | undefined) => Promise<T>,
): Promise<T> {
  const source = await keySource(verification, { ens, url });
  try {
    return await work(source);
  } finally {
    await source?.close?.();
  }
}

/** An existing callback brought to what the program asks, then its key, then its verification. */
async function brought(
  ens: EnsClient,
  inputs: Inputs,
  state: CallbackState,
  source: KeySource | undefined,
  late: boolean,
): Promise<CallbackState> {
  const { callbackName, maxBatchSize, authId } = inputs; // PUT takes no `url` and may reset what is left out
  const { callbackId: id } = state;
  const detaches = state.authId !== undefined && authId === undefined;
  if (callbackName !== state.callbackName || maxBatchSize !== state.maxBatchSize || authId !== state.authId) {
    const body = { callbackId: id, callbackName, maxBatchSize, ...(detaches ? { authId: null } : { authId }) };
    await ens.put(PATH, [body], z.unknown());
  }
  if (detaches) await mustBeDetached(ens, id);
  const { signatureKeyVersion, signatureKeySink } = state;
  const asked = { ...besidesInputs(state), ...inputs, signatureKeyVersion };
  const next = signatureKeySink === undefined ? asked : { ...asked, signatureKeySink };
  const rotated = await keyed(ens, inputs, next as CallbackState);
  return rotated.verifiedAt === undefined && source !== undefined ? verified(ens, rotated, source, late) : rotated;
}

/**
 * From here on the callback exists, so every failure carries its id and what ENS told only once. `late`: ENS posted the
 * verification key in an earlier run.
 */
async function verified(
  ens: EnsClient,
  state: CallbackState,
  source: KeySource,
  late: boolean,
): Promise<CallbackState> {
  const { callbackId, verification } = state;
  const missed = late && source.once === true;
  const time = missed ? 0 : waiting(verification);
  let status = state.status;
  try {
    status = await verify(ens, callbackId, source, time);
    const now = seen(ens, { ...state, status });
    if (now.verifiedAt !== undefined) return now;
    throw new Error(
      `ENS still says "${status}"${time > 0 && "timeout" in verification ? ` after ${verification.timeout}` : ""}`,
    );
  } catch (cause) {
    const kept = seen(ens, missed ? { ...state, status, verificationKeyLost: true } : { ...state, status });
    const next = kept.verificationKeyLost
      ? "its verification key is lost, and the next 'pulumi up' replaces it"
      : `${source.advice}, then run 'pulumi up' again`;
    const message = `callback ${callbackId} exists but is not verified: ${reason(cause)}; ${next}`;
    throw new InitializationFailed(callbackId, kept, message, { cause });
  }
}

/** Verified for the first time, or seen to be past it. */
function seen(ens: EnsClient, state: CallbackState): CallbackState {
  if (state.verifiedAt !== undefined) return state;
  if (isVerified(state.status)) {
    const verifiedAt = new Date(ens.clock.now()).toISOString();
    return keyless(state) ? state : { ...without(state, "verificationKeyLost"), verifiedAt };
  }
  // Nobody was to verify it, so nothing is lost.
  if (toNobody(state)) return without(state, "verificationKeyLost");
  const age = ens.clock.now() - Date.parse(state.createdAt ?? "");
  return age > KEY_LIFE_MS ? { ...state, verificationKeyLost: true } : state;
}

/** Whether and how ENS detaches a scheme is not documented: look, rather than believe. Source: §11 #8. */
async function mustBeDetached(ens: EnsClient, id: string): Promise<void> {
  const { authId } = await ens.get(pathOf(id), one(answer));
  if (typeof authId === "string" && authId !== "") {
    throw new Error(`ENS kept auth scheme ${authId} on it; replace the callback to get rid of the scheme`);
  }
}

/**
 * Keeps in mind whether ENS shows which scheme a callback has, which is not documented: only then is a scheme that is
 * missing later one that somebody took off. Source: §11 #9.
 */
async function marked(ens: EnsClient, state: CallbackState): Promise<CallbackState> {
  const { authId, authIdShown, callbackId } = state;
  if (authId === undefined || authIdShown === true) return state;
  const live = await ens.get(pathOf(callbackId), one(answer)).catch(() => undefined);
  return live?.authId === authId ? { ...state, authIdShown: true } : state;
}

/** Whether somebody has taken its scheme off. */
function detached({ authId, authIdShown }: CallbackState, live: Live): boolean {
  return authId !== undefined && authIdShown === true && !live.authId;
}

/** ENS's word where it gives one, in our spelling. It may leave `authId` out although a scheme is attached: absent is not removed. */
function merged(state: CallbackState, live: Live): CallbackState {
  const { authId, status, statusReason, maxBatchSize, signatureKey } = live;
  return {
    ...state,
    callbackName: live.callbackName,
    url: isSameUrl(live.url, state.url) ? state.url : live.url,
    maxBatchSize: maxBatchSize ?? state.maxBatchSize,
    status: status ?? state.status,
    statusReason: statusReason || "none",
    ...(authId ? { authId } : {}),
    ...(signatureKey ? { signatureKey } : {}),
  };
}
