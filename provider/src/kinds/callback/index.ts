import { getCallback, type LiveCallback, listCallbacks } from "../../ens/api";
import { poll, readLagLeft } from "../../ens/poll";
import { shownUrl } from "../../ens/shown-url";
import { callback as properties } from "../../properties/callback";
import type { Run } from "../../run/run";
import { warnOfStrangeId } from "../../validation/guid";
import type { KeySource } from "../../verification/strategy";
import { defineKind, without } from "../kind";
import { resourceName } from "../names";
import { Progress } from "../progress";
import { changeCallback, giveFinalName } from "./change";
import { createOrAdopt } from "./create-or-adopt";
import { importCallback } from "./import";
import { ensureSignatureKey, lacksKey } from "./keys";
import { tryUrl } from "./preflight";
import { deleteAsStated } from "./removal";
import { type CallbackState, forms, type Inputs, isUnverifiable } from "./schema";
import { differsFromWanted, firstState, isSchemeDetached, stateBeforeUpdate, withLive } from "./state";
import { needsNoVerification, waitUntilVerified, withKeySource, withVerificationOutcome } from "./verification";

const LOST = "nobody can verify it any more, because ENS posts a verification key once and takes it for four hours";

export type { CallbackState } from "./schema";

/** Source: ENS REST contract §2.1 to §2.7, §3. */
export const callback = defineKind<Inputs, CallbackState>({
  name: "Callback",
  noun: "callback",
  properties,
  forms,
  named: { property: "callbackName", by: "url" },
  // ENS may have it with white space at its ends, which no program can ask for.
  normalize: (property, value) => (property === "callbackName" && typeof value === "string" ? value.trim() : undefined),
  warnings: ({ authId }) => warnOfStrangeId("authId", authId, "take the authId of an ens.AuthScheme"),
  needsUpdate: (state, inputs) =>
    state.pendingName !== undefined ||
    state.unconfirmed === true ||
    (state.verifiedAt === undefined && !(needsNoVerification(inputs) && needsNoVerification(state))) ||
    lacksKey(state),
  warnOfReplacement({ deletesFirst, perhaps }, state) {
    const lost =
      deletesFirst && state.onDelete !== "retain"
        ? "; the old one goes before, with its subscriptions: events in between are lost"
        : "";
    const condition = perhaps ? "its url is not known yet: if it changes, " : "";
    return `${condition}it is replaced and gets another signature key: its receiver must know that one${lost}${fateOfReplaced(state, deletesFirst)}`;
  },
  warnOfUpdate: ({ signatureKeyVersion: before, adopted }, { signatureKeyVersion }) =>
    before === undefined || before === signatureKeyVersion || typeof signatureKeyVersion !== "number"
      ? undefined
      : `signatureKeyVersion is ${signatureKeyVersion} and was ${before}: it gets another signature key, ${adopted ? "and those who have its key need the new one" : "which its receiver must know"}`,
  mustReplace: (state) => (isUnverifiable(state) ? { property: "verificationKeyLost", why: LOST } : undefined),
  label: ({ callbackName, owner, url }) =>
    `${callbackName ?? (owner === undefined ? "?" : resourceName(owner))} at ${url === undefined ? "?" : shownUrl(url)}`,

  create: (run, inputs) =>
    withKeySource(run, inputs, async (source) => {
      if (inputs.preflight) await tryUrl(inputs.url);
      const obtained = await createOrAdopt(run, inputs);
      const { callbackId: id } = obtained.live;
      const progress = new Progress<CallbackState>("callback", id, firstState(run, inputs, obtained), true);
      const state = await progress.finish(() =>
        reconcile(run, progress, inputs, source, { late: false, key: obtained.live.signatureKey }),
      );
      return { id, state };
    }),

  import: importCallback,

  async read(run, id, state) {
    const found = (await listCallbacks(run.ens, { shared: true })).find((each) => each.callbackId === id);
    const fresh = () => getCallback(run.ens, id);
    const live = found === undefined || isRenamedLate(state, found) ? await readSettled(run, state, fresh) : found;
    // What is gone from a list is looked for by itself.
    const off =
      isSchemeDetached({ before: state, live }) &&
      (found === undefined || isSchemeDetached({ before: state, live: await fresh() }));
    const attached = off ? without(state, "authId") : state;
    return withVerificationOutcome(run, await forgetReplacedWhenGone(run, withLive({ before: attached, live })));
  },

  async update(run, id, inputs, state) {
    const before = stateBeforeUpdate({ before: state, wanted: inputs });
    const progress = new Progress<CallbackState>("callback", id, before, false);
    const work = (source: KeySource | undefined) =>
      progress.finish(() => reconcile(run, progress, inputs, source, { late: true, key: undefined }));
    return state.verifiedAt === undefined ? withKeySource(run, inputs, work) : work(undefined);
  },

  delete: deleteAsStated,

  async findName(run, id, _state, fresh) {
    if (fresh) return (await getCallback(run.ens, id)).callbackName;
    const names = await run.askOnce("names of callbacks", async () => {
      const all = await listCallbacks(run.ens);
      return new Map(all.map(({ callbackId, callbackName }) => [callbackId, callbackName]));
    });
    return names.get(id);
  },
});

/** What happens to a replaced callback and to what is attached to it. */
function fateOfReplaced(state: CallbackState, deletesFirst: boolean): string {
  if (isUnverifiable(state)) return "";
  if (state.onDelete === "retain") return "; the old one stays in ENS";
  if (state.onDelete === "cascade") return "; subscriptions that others attached to it are deleted with it";
  return deletesFirst ? ", and subscriptions that others attached to it would stop that half way" : "";
}

/** An existing callback becomes what the program asks: its properties, its key, its verification, at last its name. */
async function reconcile(
  run: Run,
  progress: Progress<CallbackState>,
  inputs: Inputs,
  source: KeySource | undefined,
  { late, key }: { readonly late: boolean; readonly key: string | undefined },
): Promise<void> {
  const { state } = progress;
  const differs = differsFromWanted({ before: state, wanted: inputs });
  if (state.pendingName === undefined && (differs || state.unconfirmed === true)) {
    await changeCallback(run, progress, inputs);
  }
  await ensureSignatureKey(run, progress, inputs, key);
  if (progress.state.verifiedAt === undefined && source !== undefined) {
    await waitUntilVerified(run, progress, inputs, source, late);
  }
  await giveFinalName(run, progress, inputs);
}

/** A finished callback that is still shown under the name that it had in the making: the rename shows late. */
function isRenamedLate({ pendingName, callbackName }: CallbackState, live: LiveCallback): boolean {
  return pendingName === undefined && live.callbackName !== callbackName && live.callbackName.endsWith("-pending");
}

async function readSettled(run: Run, state: CallbackState, fresh: () => Promise<LiveCallback>): Promise<LiveCallback> {
  const young = readLagLeft(run, state.verifiedAt ?? state.createdAt);
  let live = await fresh();
  await poll(run, young, `ENS to show the name of callback ${state.callbackId}`, async () => {
    if (!isRenamedLate(state, live)) return true;
    live = await fresh();
    return isRenamedLate(state, live) ? undefined : true;
  });
  return live;
}

/** The one that it replaced is gone, so that nothing can take it back. */
async function forgetReplacedWhenGone(run: Run, state: CallbackState): Promise<CallbackState> {
  const { replaced, createdAt } = state;
  if (replaced === undefined || readLagLeft(run, createdAt) > 0) return state;
  const all = await listCallbacks(run.ens, { shared: true });
  const isThere = all.some(({ callbackId }) => callbackId === replaced.callbackId);
  return isThere ? state : without(state, "replaced");
}
