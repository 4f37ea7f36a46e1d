import { z } from "zod";
import type { EnsClient } from "../../ens/client";
import { one } from "../../ens/codec";
import { without } from "../kind";
import { fingerprint, handOver } from "./key-sink";
import type { CallbackState, Inputs } from "./wire";

const rekeyed = z.object({ callbackId: z.string(), signatureKey: z.string().min(1) });

/** Nobody has its key: it went away with a lost answer, or could not be handed over. */
export function keyless({ signatureKey, signatureKeyFingerprint, adopted }: CallbackState): boolean {
  return signatureKey === undefined && signatureKeyFingerprint === undefined && adopted !== true;
}

/**
 * The state with its signature key as the program wants it: made anew when nobody has it (nothing uses such a callback
 * yet, §9.5) or when `signatureKeyVersion` changes; in the sink, if there is one. It is never made anew otherwise.
 */
export async function keyed(ens: EnsClient, inputs: Inputs, state: CallbackState): Promise<CallbackState> {
  const rotates = inputs.signatureKeyVersion !== state.signatureKeyVersion;
  let next = state;
  if (rotates || keyless(state)) {
    const { callbackId, signatureKey: before } = state;
    const answered = await ens.put("/platform/v1/ens-regenerate", [{ callbackId }], one(rekeyed));
    if (answered === undefined) throw new Error(`ENS gave no new signature key for callback ${callbackId}`);
    const previous = rotates && before !== undefined ? { previousSignatureKey: before } : {};
    next = { ...without(state, "adopted"), ...previous, signatureKey: answered.signatureKey };
  }
  return { ...(await stored(inputs, next)), signatureKeyVersion: inputs.signatureKeyVersion };
}

async function stored(inputs: Inputs, state: CallbackState): Promise<CallbackState> {
  const { signatureKeySink: sink } = inputs;
  const { signatureKey, callbackId } = state;
  if (sink === undefined) return without(state, "signatureKeySink");
  if (signatureKey === undefined) return { ...state, signatureKeySink: sink };
  await handOver(sink, signatureKey, callbackId);
  const known = { signatureKeySink: sink, signatureKeyFingerprint: fingerprint(signatureKey) };
  return { ...without(without(state, "signatureKey"), "previousSignatureKey"), ...known };
}
