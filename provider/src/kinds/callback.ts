import { z } from "zod";
import type { EnsClient } from "../ens/client";
import { list, one, orphanOf } from "../ens/codec";
import { EnsError, emptyWhenGone, reason } from "../ens/errors";
import { poll } from "../ens/poll";
import { isVerified, receiver } from "../verification/receiver";
import { deleteUnlessUsed } from "./delete-unless-used";
import { InitializationFailed, isOurs, type Kind, keeping } from "./kind";
import { duration, httpsUrl, milliseconds, text, wrong } from "./property";

const PATH = "/platform/v1/ens-callbacks";
/** How long an object is looked for whose creation nobody confirmed. */
const LOST_MS = 5000;
const SIZE = "a whole number of events from 100 to 1000";

const verification = z.strictObject({
  strategy: z.enum(["receiver"], { error: `is unknown; give "receiver"` }).default("receiver"),
  timeout: duration("1s", "4h").default("5m"),
});

/** What both sides speak. */
const wire = z.strictObject({
  callbackName: text("the name to show in Setup"),
  url: httpsUrl("https://host/path of your receiver", { port: false, query: false }),
  maxBatchSize: z
    .int({ error: (issue) => wrong(issue.input, SIZE) })
    .min(100, { error: (issue) => `is ${issue.input}, below 100; give ${SIZE}` })
    .max(1000, { error: (issue) => `is ${issue.input}, above 1000; give ${SIZE}` })
    .default(1000),
  authId: text("the authId of an AuthScheme, or leave it out").optional(),
});
/** Ours: never sent. */
const inputs = wire.extend({ verification: verification.prefault({}) });
/** Theirs: POST leaves `status` out, and only POST and regenerate tell `signatureKey`. */
const answer = z.object({
  callbackId: z.string().min(1),
  callbackName: z.string(),
  url: z.string(),
  maxBatchSize: z.number().optional(),
  authId: z.string().nullish(),
  status: z.string().nullish(),
  statusReason: z.string().nullish(),
  signatureKey: z.string().optional(),
});
const rekeyed = z.object({ callbackId: z.string(), signatureKey: z.string().min(1) });
const listed = z.object({ subscriptionId: z.string(), subscriptionName: z.string() });

export type CallbackInputs = z.input<typeof inputs>;
type Inputs = z.output<typeof inputs>;
type Live = z.output<typeof answer>;
export interface CallbackState extends Inputs {
  callbackId: string;
  status: string;
  statusReason: string;
  signatureKey?: string;
  /** When it was first seen verified, ISO 8601. Absent until then. */
  verifiedAt?: string;
}

/** Source: ENS REST contract §2.1 to §2.7, §3. */
export const callback: Kind<Inputs, CallbackState> = {
  noun: "callback",
  inputs,
  replaces: ["url"],
  uncompared: [],
  name: "callbackName",
  unfinished: (state) => state.verifiedAt === undefined,
  label: ({ callbackName, url }) => `${callbackName ?? "?"} at ${url ?? "?"}`,

  async create(ens, inputs) {
    const live = await registered(ens, inputs);
    const id = live.callbackId;
    const state = merged({ ...inputs, callbackId: id, status: "unverified", statusReason: "none" }, live);
    return { id, state: await keeping("callback", id, state, () => this.update(ens, id, inputs, state)) };
  },

  async read(ens, id, state) {
    const found = (await ens.list(PATH, list(answer)).catch(emptyWhenGone)).find((each) => each.callbackId === id);
    return seen(ens, merged(state, found ?? (await ens.get(pathOf(id), one(answer)))));
  },

  async update(ens, id, inputs, state) {
    const { callbackName, maxBatchSize, authId } = inputs; // PUT takes no `url` and may reset what is left out
    const next = { ...without(state, "authId"), ...inputs };
    const detached = state.authId !== undefined && authId === undefined;
    if (callbackName !== state.callbackName || maxBatchSize !== state.maxBatchSize || authId !== state.authId) {
      const body = { callbackId: id, callbackName, maxBatchSize, ...(detached ? { authId: null } : { authId }) };
      await ens.put(PATH, [body], z.unknown());
    }
    if (detached) await mustBeDetached(ens, id);
    return state.verifiedAt === undefined ? verified(ens, await keyed(ens, next)) : next;
  },

  async delete(ens, id) {
    await deleteUnlessUsed(ens, pathOf(id), `callback ${id}`, {
      noun: "subscription",
      advice: "delete them first, or take them into this stack",
      find: async () => {
        const path = `/platform/v1/ens-subscriptions-by-cb/${encodeURIComponent(id)}`;
        const found = await ens.get(path, list(listed)).catch(emptyWhenGone);
        return found.map((each) => ({ id: each.subscriptionId, name: each.subscriptionName }));
      },
    });
  },
};

const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

/** The callback in ENS, made now or by an earlier run of this very resource whose end nobody saw. */
async function registered(ens: EnsClient, inputs: Inputs): Promise<Live> {
  const known = isOurs(inputs.callbackName) ? undefined : await at(ens, inputs.url);
  try {
    const { verification: _, ...body } = inputs;
    return await ens.post(PATH, [body], one(answer));
  } catch (error) {
    if (!(error instanceof EnsError)) throw error;
    await removeOrphan(ens, inputs, error);
    const taken = error.status === 304 || error.status === 409 || error.status === 400;
    if (!taken && !error.lost) throw error;
    const found = await poll(ens, error.lost ? LOST_MS : 0, `the callback that ENS may have made`, () =>
      at(ens, inputs.url),
    );
    if (found === undefined) throw error;
    const madeNow = error.lost && known === undefined;
    const same = found.callbackName === inputs.callbackName;
    if (!(same && (madeNow || isOurs(found.callbackName) || !isVerified(found.status)))) {
      throw new Error(`${error.message}; ${found.url} belongs to ${foreign(found)}`, { cause: error });
    }
    return found;
  }
}

const foreign = (found: Live) =>
  `callback ${found.callbackName} (${found.callbackId}), which this resource did not make: choose another url, or delete that callback`;

async function at(ens: EnsClient, url: string): Promise<Live | undefined> {
  const all = await ens.get(PATH, list(answer)).catch(emptyWhenGone);
  return all.find((each) => each.url === url);
}

/** A callback whose probe failed stays and blocks its url; it is removed if it is surely ours. Source: §2.1. */
async function removeOrphan(ens: EnsClient, inputs: Inputs, error: EnsError): Promise<void> {
  const id = error.status === 400 ? orphanOf(error.detail) : undefined;
  if (id === undefined) return;
  let kept: string;
  try {
    const live = await ens.get(pathOf(id), one(answer));
    const ours = live.url === inputs.url && live.callbackName === inputs.callbackName && !isVerified(live.status);
    if (ours) await ens.delete(pathOf(id));
    kept = ours ? "" : `callback ${id} was left alone: it is not the one that was to be made`;
  } catch (failure) {
    if (failure instanceof EnsError && failure.gone) kept = "";
    else kept = `callback ${id} could not be removed and blocks the url: ${reason(failure)}; delete it by hand`;
  }
  const next = kept || "nothing is left behind; make the receiver answer ENS's POST with 200 and run 'pulumi up' again";
  throw new Error(`${error.message}; ${next}`, { cause: error });
}

/** A key that went away with a lost answer is made anew: nothing uses a callback that was never handed on. §9.5. */
async function keyed(ens: EnsClient, state: CallbackState): Promise<CallbackState> {
  const { callbackId, signatureKey } = state;
  if (signatureKey !== undefined) return state;
  const answered = await ens.put("/platform/v1/ens-regenerate", [{ callbackId }], one(rekeyed));
  if (answered === undefined) throw new Error(`ENS gave no new signature key for callback ${callbackId}`);
  return { ...state, signatureKey: answered.signatureKey };
}

/** From here on the callback exists, so every failure carries its id and what ENS told only once. */
async function verified(ens: EnsClient, state: CallbackState): Promise<CallbackState> {
  const { timeout } = state.verification;
  try {
    const status = await receiver(ens, state.callbackId, milliseconds(timeout) as number);
    const now = seen(ens, { ...state, status });
    if (now.verifiedAt !== undefined) return now;
    throw new Error(`after ${timeout} ENS still says "${status}"`);
  } catch (cause) {
    const next = `let the receiver at ${state.url} post the verification key to ens-verify, then run 'pulumi up' again`;
    const message = `callback ${state.callbackId} exists but is not verified: ${reason(cause)}; ${next}`;
    throw new InitializationFailed(state.callbackId, state, message, { cause });
  }
}

/** Verified for the first time, unless its key is still to be made: then it is not finished. */
function seen(ens: EnsClient, state: CallbackState): CallbackState {
  const asBefore = state.verifiedAt !== undefined || state.signatureKey === undefined;
  if (asBefore || !isVerified(state.status)) return state;
  return { ...state, verifiedAt: new Date(ens.clock.now()).toISOString() };
}

/** Whether and how ENS detaches a scheme is not documented: look, rather than believe. Source: §11 #8. */
async function mustBeDetached(ens: EnsClient, id: string): Promise<void> {
  const { authId } = await ens.get(pathOf(id), one(answer));
  if (typeof authId === "string" && authId !== "") {
    throw new Error(`ENS kept auth scheme ${authId} on it; replace the callback to get rid of the scheme`);
  }
}

/** ENS's word where it gives one. It may leave `authId` out although a scheme is attached: absent is not removed. */
function merged(state: CallbackState, live: Live): CallbackState {
  const { authId, status, statusReason, maxBatchSize, signatureKey } = live;
  return {
    ...state,
    callbackName: live.callbackName,
    url: live.url,
    maxBatchSize: maxBatchSize ?? state.maxBatchSize,
    status: status ?? state.status,
    statusReason: statusReason || "none",
    ...(authId ? { authId } : {}),
    ...(signatureKey ? { signatureKey } : {}),
  };
}

function without<T extends object, K extends keyof T>(object: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = object;
  return rest;
}
