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

const LOST =
  "the callback can no longer be verified, because ENS sends a verification key once and accepts it for four hours.";

export type { CallbackState } from "./schema";

/** Source: ENS REST contract §2.1 to §2.7, §3. */
export const callback = defineKind<Inputs, CallbackState>({
  name: "Callback",
  noun: "callback",
  properties,
  forms,
  named: { property: "callbackName", by: "url" },
  // ENS may have a name with white space at its ends, which a program cannot set.
  normalize: (property, value) => (property === "callbackName" && typeof value === "string" ? value.trim() : undefined),
  warnings: ({ authId }) => warnOfStrangeId("authId", authId, "use the authId of an ens.AuthScheme"),
  needsUpdate: (state, inputs) =>
    state.pendingName !== undefined ||
    state.unconfirmed === true ||
    (state.verifiedAt === undefined && !(needsNoVerification(inputs) && needsNoVerification(state))) ||
    lacksKey(state),
  warningWhenDeleted:
    "ENS no longer has this callback. If 'pulumi up' creates the callback again, it gets a new signature key. Update its " +
    "receiver then.",
  warnOfReplacement({ deletesFirst, perhaps }, state) {
    const lost =
      deletesFirst && state.onDelete !== "retain"
        ? " The old callback and its subscriptions are deleted first, so events are lost until the new subscriptions are active."
        : "";
    const condition = perhaps ? "the new url is not known yet. If it changes, " : "";
    return `${condition}the callback will be replaced and gets a new signature key. Update its receiver.${lost}${textOfReplaced(state, deletesFirst)}`;
  },
  warnOfUpdate: ({ signatureKeyVersion: before, adopted }, { signatureKeyVersion }) =>
    before === undefined || before === signatureKeyVersion || typeof signatureKeyVersion !== "number"
      ? undefined
      : `signatureKeyVersion changes from ${before} to ${signatureKeyVersion}, so the callback gets a new signature key. ${adopted ? "Update every receiver that has the current key." : "Update its receiver."}`,
  mustReplace: (state) => (isUnverifiable(state) ? { property: "verificationKeyLost", why: LOST } : undefined),
  label: ({ callbackName, owner, url }) =>
    `${callbackName ?? (owner === undefined ? "with unknown name" : resourceName(owner))} at ${url === undefined ? "an unknown URL" : shownUrl(url)}`,

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
    // A list may omit an object for a while after a change, so ask for the callback by its id.
    const isDetached =
      isSchemeDetached({ before: state, live }) &&
      (found === undefined || isSchemeDetached({ before: state, live: await fresh() }));
    const attached = isDetached ? without(state, "authId") : state;
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

/** Says what happens to the old callback and to subscriptions from outside the stack. */
function textOfReplaced(state: CallbackState, deletesFirst: boolean): string {
  if (isUnverifiable(state)) return "";
  if (state.onDelete === "retain") return " The old callback is kept in ENS.";
  if (state.onDelete === "cascade") return " Subscriptions from outside this stack are deleted with the old callback.";
  return deletesFirst ? " Subscriptions from outside this stack would block this delete, and the run would fail." : "";
}

/** Makes an existing callback match the program: first its properties, then its key, its verification and its name. */
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

/** Whether ENS still shows a finished callback with its pending name, because renames show with a delay. */
function isRenamedLate({ pendingName, callbackName }: CallbackState, live: LiveCallback): boolean {
  return pendingName === undefined && live.callbackName !== callbackName && live.callbackName.endsWith("-pending");
}

/** Reads a callback again while ENS may still show its pending name. */
async function readSettled(run: Run, state: CallbackState, fresh: () => Promise<LiveCallback>): Promise<LiveCallback> {
  const left = readLagLeft(run, state.verifiedAt ?? state.createdAt);
  let live = await fresh();
  await poll(run, left, `ENS to show the name of callback ${state.callbackId}`, async () => {
    if (!isRenamedLate(state, live)) return true;
    live = await fresh();
    return isRenamedLate(state, live) ? undefined : true;
  });
  return live;
}

/** Removes the replaced callback from the state after it was deleted from ENS, because nothing can manage it again. */
async function forgetReplacedWhenGone(run: Run, state: CallbackState): Promise<CallbackState> {
  const { replaced, createdAt } = state;
  if (replaced === undefined || readLagLeft(run, createdAt) > 0) return state;
  const all = await listCallbacks(run.ens, { shared: true });
  const isThere = all.some(({ callbackId }) => callbackId === replaced.callbackId);
  return isThere ? state : without(state, "replaced");
}
