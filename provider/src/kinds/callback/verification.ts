import { isVerified } from "../../ens/callback-status";
import { reason } from "../../ens/errors";
import type { Run } from "../../run/run";
import { openKeySource, waitingTime } from "../../verification/strategies";
import type { KeySource } from "../../verification/strategy";
import { KEY_LIFE_MS, verify } from "../../verification/verify";
import { without } from "../kind";
import { urnOf } from "../names";
import type { Progress } from "../progress";
import { lacksKey } from "./keys";
import type { CallbackState, Inputs } from "./schema";

/** Whether the callback is meant to stay unverified. */
export function needsNoVerification({ verification }: Partial<Pick<Inputs, "verification">>): boolean {
  return verification?.strategy === "none";
}

/** Opens the source of the verification key before ENS sends the key, does the work, and always closes the source. */
export async function withKeySource<T>(
  run: Run,
  { verification, url }: Inputs,
  work: (source: KeySource | undefined) => Promise<T>,
): Promise<T> {
  const source = await openKeySource(verification, { run, url });
  try {
    return await work(source);
  } finally {
    await source?.close?.();
  }
}

/** Records that the callback was first seen as verified, or that its verification key has expired. */
export function withVerificationOutcome(run: Run, state: CallbackState): CallbackState {
  if (state.verifiedAt !== undefined) return state;
  if (isVerified(state.status)) {
    const verifiedAt = new Date(run.clock.now()).toISOString();
    return lacksKey(state) ? state : { ...without(state, "verificationKeyLost"), verifiedAt };
  }
  // The callback is meant to stay unverified, so its key is not lost.
  if (needsNoVerification(state)) return without(state, "verificationKeyLost");
  const age = run.clock.now() - Date.parse(state.createdAt ?? "");
  return age > KEY_LIFE_MS ? { ...state, verificationKeyLost: true } : state;
}

/**
 * Waits until the callback is verified, and rejects with a partial failure when it is not. `late`: ENS posted the
 * verification key in an earlier run.
 */
export async function waitUntilVerified(
  run: Run,
  progress: Progress<CallbackState>,
  inputs: Inputs,
  source: KeySource,
  late: boolean,
): Promise<void> {
  const { verification } = inputs;
  const { callbackId } = progress.state;
  const missedIt = late && source.hearsOnlyDuringCreate === true;
  const time = missedIt ? 0 : waitingTime(verification);
  let status = progress.state.status;
  let cause: unknown;
  try {
    status = await verify(run, callbackId, source, time, { startOver: startOverCommand(inputs), late });
    const shown = withVerificationOutcome(run, { ...progress.state, status });
    progress.record(shown);
    if (shown.verifiedAt !== undefined) return;
    const waited = time > 0 && "timeout" in verification ? ` after ${verification.timeout}` : "";
    cause = new Error(`ENS still returns status "${status}"${waited}`);
  } catch (error) {
    cause = error;
  }
  const lost = missedIt ? { verificationKeyLost: true } : {};
  progress.record(withVerificationOutcome(run, { ...progress.state, status, ...lost }));
  const next = progress.state.verificationKeyLost
    ? "Its verification key is lost. The next 'pulumi up' replaces the callback."
    : `${source.advice}, then run 'pulumi up' again.${startOverHint(inputs)}`;
  const message = `callback ${callbackId} exists but is not verified: ${reason(cause)}. ${next}`;
  throw progress.partialFailureError(message, cause);
}

/** ENS sends a verification key once, so only a replaced callback helps a receiver that has lost its key. */
function startOverHint(inputs: Inputs): string {
  const command = startOverCommand(inputs);
  if (command === undefined) return "";
  return `\nIf the receiver has lost its verification key, get a new verification request: ${command}`;
}

/** Returns the command that replaces the callback; `undefined` when its URN is not known. */
function startOverCommand({ owner }: Inputs): string | undefined {
  return owner === undefined ? undefined : `pulumi up --replace '${urnOf(owner, "Callback")}'`;
}
