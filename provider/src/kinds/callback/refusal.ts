import { type LiveCallback, listCallbacks } from "../../ens/api";
import { ownerKey } from "../../run/objects";
import type { Run } from "../../run/run";
import type { Inputs } from "./schema";
import { explainTakenUrl } from "./taken-url";
import { describeUnclaimed } from "./unclaimed";

const DECIDE =
  "Such callbacks come from a run that was interrupted before Pulumi wrote its state, or were kept in ENS on purpose. ENS " +
  "does not show the difference, so you must decide. This run creates no more callbacks.";

/** Lists the callbacks before the first create of this run. All creates share this list. */
export function listBeforeCreates(run: Run): Promise<LiveCallback[]> {
  return run.askOnce("callbacks before creates", () => listCallbacks(run.ens));
}

/**
 * Throws if an earlier callback of this run needs a decision by a person, because each further callback would need one
 * too. Exceptions are callbacks that the program adopts, and callbacks that this run has deleted and must re-create.
 */
export function throwAfterRefusal({ firstRefusal, objects }: Run, { adopt, owner }: Inputs): void {
  if (firstRefusal.callback === undefined || adopt === "always") return;
  const own = ownerKey("Callback", owner);
  if (own !== undefined && objects.deletedFor.has(own)) return;
  throw new Error(
    `this run creates no more callbacks, because ${firstRefusal.callback} needs your decision. See the message about that ` +
      "callback.",
  );
}

/** Explains why a finished callback at the URL is not taken over. The message of the first one covers all others. */
export async function explainRefusal(run: Run, inputs: Inputs, found: LiveCallback): Promise<string> {
  const { callbackId, callbackName } = found;
  if (callbackName !== inputs.generatedName || run.objects.isHeld(callbackId)) {
    return explainTakenUrl(run, inputs, found, []);
  }
  throwAfterRefusal(run, inputs);
  const unclaimed = await describeUnclaimed(run, inputs, found, await listBeforeCreates(run));
  run.firstRefusal.callback = `callback ${callbackId} (${callbackName})`;
  return explainTakenUrl(run, inputs, found, [unclaimed, DECIDE]);
}
