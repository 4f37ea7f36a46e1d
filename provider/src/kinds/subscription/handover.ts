import { getCallbackStatus, getSubscriptionStatus } from "../../ens/api";
import { isVerified } from "../../ens/callback-status";
import { EnsError } from "../../ens/errors";
import { poll } from "../../ens/poll";
import type { Run } from "../../run/run";
import type { SubscriptionState } from "./schema";

/**
 * Waits until a subscription may be deleted without a gap: not at all, or, when another one has just taken its place, until
 * that one is in effect. Until then ENS delivers by the old one alone.
 *
 * Source: ENS REST contract §4, §7: new subscriptions take up to two minutes.
 */
export async function waitForReplacement(run: Run, old: SubscriptionState): Promise<void> {
  const { subscriptionName: name, subscriptionId, callbackId } = old;
  const since = run.objects.succeededAt(subscriptionId);
  if (since === undefined) return;
  const left = () => since + run.durations.activationWait - run.clock.now();
  if (left() <= 0) return;
  const delivers = await Promise.all([
    checkStatus(getSubscriptionStatus(run.ens, subscriptionId), (status) => status === "active"),
    checkStatus(getCallbackStatus(run.ens, callbackId), isVerified),
  ]);
  if (delivers.includes(false)) return;
  const awaited = `the replacement of ${name} to be in effect before it is deleted, so that no event is lost`;
  run.report(`waiting up to ${Math.ceil(left() / 1000)} s for ${awaited}`);
  await poll(run, left(), awaited, async () => undefined);
}

/** What cannot be read may deliver: that is no reason to fail. */
async function checkStatus(
  asked: Promise<{ status?: string | null | undefined }>,
  good: (status: string) => boolean,
): Promise<boolean> {
  try {
    const { status } = await asked;
    return status === undefined || status === null || good(status);
  } catch (error) {
    if (!(error instanceof EnsError)) throw error;
    return !error.gone;
  }
}
