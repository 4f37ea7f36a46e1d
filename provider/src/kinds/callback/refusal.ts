import { type LiveCallback, listCallbacks } from "../../ens/api";
import { ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import type { Inputs } from "./schema";
import { explainTakenUrl } from "./taken-url";
import { describeUnclaimed } from "./unclaimed";

const BOTH =
  "A run that was killed before it wrote the state leaves such callbacks, and so does somebody who retains them on purpose: " +
  "nothing shows the difference, so the decision is yours. This run creates no more callbacks.";

/** The callbacks as they were when this run was about to create its first one: one list for all creates. */
export function listBeforeCreates(run: Run): Promise<LiveCallback[]> {
  return run.askOnce("callbacks before creates", () => listCallbacks(run.ens));
}

/**
 * Rejects the create of a callback after one was refused about which a person has to decide: what is made now would only
 * be more to decide about. What the program adopts is decided, and what this run has deleted must come back.
 */
export function throwAfterRefusal({ firstRefusal, objects }: Run, { adopt, owner }: Inputs): void {
  if (firstRefusal.callback === undefined || adopt === "always") return;
  const own = ownerKey("Callback", owner);
  if (own !== undefined && objects.deletedFor.has(own)) return;
  throw new Error(
    `this run creates no more callbacks since it found ${firstRefusal.callback}, which needs your decision: the message ` +
      "about that one says what to do",
  );
}

/** Why a finished callback at the url is not taken over. The first that a person can have taken over speaks for all. */
export async function explainRefusal(run: Run, inputs: Inputs, found: LiveCallback): Promise<string> {
  const { callbackId, callbackName } = found;
  if (callbackName !== inputs.generatedName || run.objects.isHeld(callbackId)) {
    return explainTakenUrl(run, inputs, found, []);
  }
  throwAfterRefusal(run, inputs);
  const unclaimed = await describeUnclaimed(run, inputs, found, await listBeforeCreates(run));
  run.firstRefusal.callback = `callback ${callbackId} (${callbackName})`;
  return explainTakenUrl(run, inputs, found, [unclaimed, BOTH]);
}
