import { z } from "zod";
import type { EnsClient } from "../../ens/client";
import { one } from "../../ens/codec";
import { EnsError } from "../../ens/errors";
import { poll } from "../../ens/poll";
import { isVerified } from "../../verification/verify";
import { isOurs, unmarked } from "../kind";
import { pathOf, type SubscriptionState } from "./wire";

const withStatus = z.object({ status: z.string() });

/** Active ones that this process made, by client and by the name without its mark: the last one, and since when. */
const made = new WeakMap<EnsClient, Map<string, { readonly name: string; readonly at: number }>>();

/** To be told of each subscription that is made as it shall be. */
export function started(ens: EnsClient, state: SubscriptionState): void {
  if (!isOurs(state.subscriptionName) || state.status !== "active") return;
  const names = made.get(ens) ?? new Map();
  const { subscriptionName: name } = state;
  made.set(ens, names.set(unmarked(name), { name, at: ens.clock.now() }));
}

/**
 * Resolves when a subscription may be deleted without a gap: at once, or, when this process has just made the one that
 * replaces it, when that one is in effect. Until then ENS delivers by the old one alone.
 *
 * Source: ENS REST contract §4: new subscriptions take up to two minutes.
 */
export async function handedOver(ens: EnsClient, old: SubscriptionState): Promise<void> {
  const { subscriptionName: name, subscriptionId, callbackId } = old;
  const next = isOurs(name) ? made.get(ens)?.get(unmarked(name)) : undefined;
  if (next === undefined || next.name === name) return;
  const left = () => next.at + ens.activationWait - ens.clock.now();
  if (left() <= 0) return;
  const callback = `/platform/v1/ens-callbacks/${encodeURIComponent(callbackId)}`;
  const delivers = await Promise.all([
    mayBe(ens, pathOf(subscriptionId), (status) => status === "active"),
    mayBe(ens, callback, isVerified),
  ]);
  if (delivers.includes(false)) return;
  const awaited = `${next.name} to be in effect before ${name} goes, so that no event is lost`;
  ens.report(`waiting up to ${Math.ceil(left() / 1000)} s for ${awaited}`);
  await poll(ens, left(), awaited, async () => undefined);
}

/** What cannot be read may deliver: that is no reason to fail. */
async function mayBe(ens: EnsClient, path: string, good: (status: string) => boolean): Promise<boolean> {
  try {
    return good((await ens.get(path, one(withStatus))).status);
  } catch (error) {
    if (!(error instanceof EnsError)) throw error;
    return !error.gone;
  }
}
