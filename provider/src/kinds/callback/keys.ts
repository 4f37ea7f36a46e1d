import { regenerateSignatureKey } from "../../ens/api";
import { EnsError, reason } from "../../ens/errors";
import type { Run } from "../../run/run";
import { without } from "../kind";
import type { Progress } from "../progress";
import { deliverKey, fingerprint } from "./key-sink";
import type { CallbackState, Inputs } from "./schema";

/** Whether the signature key is unknown, because the response with the key was lost or the key sink failed. */
export function lacksKey({ signatureKey, signatureKeyFingerprint, adopted }: CallbackState): boolean {
  return signatureKey === undefined && signatureKeyFingerprint === undefined && adopted !== true;
}

/**
 * Rotates the signature key if `signatureKeyVersion` changed or if the key is unknown, and writes it to the key sink if
 * there is one. Without the key, no receiver could check deliveries of the callback (§9.5). `fresh` is a key that ENS
 * has just returned and that is not in the state yet. No other change rotates the key.
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

/**
 * Rotates the key and returns the new one. The state contains it too, unless there is a key sink, which gets it later.
 */
async function regenerateKey(
  run: Run,
  progress: Progress<CallbackState>,
  { signatureKeyVersion, signatureKeySink }: Inputs,
): Promise<string> {
  const { callbackId, signatureKey: before, ...rest } = progress.state;
  const previous = before === undefined ? {} : { previousSignatureKey: before };
  const known = without({ ...rest, callbackId, ...previous }, "adopted", "signatureKeyFingerprint");
  const rotated = await regenerateSignatureKey(run.ens, callbackId).catch((error: unknown) => {
    if (!(error instanceof EnsError && error.lost)) throw error;
    // The old key may be invalid and the new one unknown, so the next update rotates the key whatever the version.
    progress.record(known);
    const next = "The next 'pulumi up' rotates the key again, even if signatureKeyVersion is set back.";
    throw new Error(`ENS may have rotated the signature key of callback ${callbackId}: ${reason(error)}. ${next}`, {
      cause: error,
    });
  });
  if (rotated === undefined) throw new Error(`ENS returned no new signature key for callback ${callbackId}`);
  const { signatureKey } = rotated;
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
