import { getCallbackStatus, getSubscriptionStatus } from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { EnsError } from "../../ens/errors";
import { poll } from "../../ens/poll";
import type { Run } from "../../run/run";
import type { SubscriptionState } from "./schema";

/**
 * Waits before a replaced subscription is deleted, until its replacement takes effect. Until then, ENS delivers events
 * only for the old subscription. A subscription without a replacement does not wait.
 *
 * Source: ENS REST contract §4, §7: new subscriptions take up to two minutes.
 */
export async function waitForReplacement(run: Run, old: SubscriptionState): Promise<void> {
  const { subscriptionName: name, subscriptionId, callbackId } = old;
  const since = run.objects.succeededAt(subscriptionId);
  if (since === undefined) return;
  const left = () => since + run.durations.activationWait - run.clock.now();
  if (left() <= 0) return;
  const mayDeliver = await Promise.all([
    checkStatus(getSubscriptionStatus(run.ens, subscriptionId), (status) => status === "active"),
    checkStatus(getCallbackStatus(run.ens, callbackId), isVerified),
  ]);
  if (mayDeliver.includes(false)) return;
  const awaited = `the replacement of ${name} to take effect before the old subscription is deleted, so that no event is lost`;
  run.report(`waiting up to ${Math.ceil(left() / 1000)} s for ${awaited}`);
  await poll(run, left(), awaited, async () => undefined);
}

/** Whether an object may deliver events. If its status cannot be read, it may, and the failure is ignored. */
async function checkStatus(
  response: Promise<{ status?: string | null | undefined }>,
  good: (status: string) => boolean,
): Promise<boolean> {
  try {
    const { status } = await response;
    return status === undefined || status === null || good(status);
  } catch (error) {
    if (!(error instanceof EnsError)) throw error;
    return !error.gone;
  }
}
