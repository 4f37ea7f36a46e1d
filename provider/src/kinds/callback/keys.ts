import { regenerateSignatureKey } from "../../ens/api";
import { EnsError, reason } from "../../ens/errors";
import type { Run } from "../../run/run";
import { without } from "../kind";
import type { Progress } from "../progress";
import { deliverKey, fingerprint } from "./key-sink";
import type { CallbackState, Inputs } from "./schema";

/** Nobody has its key: it went away with a lost answer, or the sink did not take it. */
export function lacksKey({ signatureKey, signatureKeyFingerprint, adopted }: CallbackState): boolean {
  return signatureKey === undefined && signatureKeyFingerprint === undefined && adopted !== true;
}

/**
 * Sees to it that the key is as the program wants it: another one when `signatureKeyVersion` changes, or when nobody has
 * it (nothing can read deliveries of such a callback, §9.5); in the sink, if there is one. `fresh` is a key that ENS gave
 * a moment ago and that is in no state yet. No other change makes another key.
 */
export async function ensureSignatureKey(
  run: Run,
  progress: Progress<CallbackState>,
  inputs: Inputs,
  fresh: string | undefined,
): Promise<void> {
  const { state } = progress;
  const rotates = inputs.signatureKeyVersion !== state.signatureKeyVersion;
  const key =
    rotates || (fresh === undefined && lacksKey(state))
      ? await regenerateKey(run, progress, inputs)
      : (fresh ?? state.signatureKey);
  await deliverToSink(run, progress, inputs, key);
}

/** The new key; it is in the state as well, unless it belongs to a sink, which it has not reached yet. */
async function regenerateKey(
  run: Run,
  progress: Progress<CallbackState>,
  { signatureKeyVersion, signatureKeySink }: Inputs,
): Promise<string> {
  const { callbackId, signatureKey: before, ...rest } = progress.state;
  const previous = before === undefined ? {} : { previousSignatureKey: before };
  const known = without({ ...rest, callbackId, ...previous }, "adopted", "signatureKeyFingerprint");
  const answered = await regenerateSignatureKey(run.ens, callbackId).catch((error: unknown) => {
    if (!(error instanceof EnsError && error.lost)) throw error;
    // The old key may be dead and the new one known to nobody: the next update makes another one, whatever the version.
    progress.record(known);
    const next = "the next 'pulumi up' makes another one, also if signatureKeyVersion is taken back";
    throw new Error(`whether callback ${callbackId} has a new signature key is not known: ${reason(error)}; ${next}`, {
      cause: error,
    });
  });
  if (answered === undefined) throw new Error(`ENS gave no new signature key for callback ${callbackId}`);
  const { signatureKey } = answered;
  const kept = signatureKeySink === undefined ? { signatureKey } : {};
  progress.record({ ...known, ...kept, signatureKeyVersion });
  return signatureKey;
}

async function deliverToSink(
  run: Run,
  progress: Progress<CallbackState>,
  { signatureKeySink: sink }: Inputs,
  key: string | undefined,
): Promise<void> {
  const { state } = progress;
  if (sink === undefined) {
    if (state.signatureKeySink !== undefined) progress.record(without(state, "signatureKeySink"));
    return;
  }
  if (key === undefined) {
    if (JSON.stringify(state.signatureKeySink) !== JSON.stringify(sink)) {
      progress.record({ ...state, signatureKeySink: sink });
    }
    return;
  }
  await run.throwIfStopped();
  await deliverKey(sink, key, state.callbackId);
  const bare = without(state, "signatureKey", "previousSignatureKey");
  progress.record({
    ...bare,
    signatureKeySink: sink,
    signatureKeyFingerprint: fingerprint(key),
  });
}
