import { type LiveCallback, type LiveSubscription, listCallbacks, listSubscriptions } from "../../ens/api";
import { reason } from "../../ens/errors";
import { describeCallback } from "../../kinds/callback/import";
import { describeSubscription } from "../../kinds/subscription/import";
import type { Run } from "../../run/run";

type CallbackDescription = ReturnType<typeof describeCallback>;
type SubscriptionDescription = ReturnType<typeof describeSubscription>;

/** An object in ENS with its description as a resource, or with the reason why no resource can describe it. */
export interface Found<Description> {
  readonly id: string;
  readonly name: string;
  readonly described?: Description;
  readonly problem?: string;
}
export type FoundSubscription = Found<SubscriptionDescription>;
export interface FoundCallback extends Found<CallbackDescription> {
  readonly status: string;
  readonly subscriptions: readonly FoundSubscription[];
}

/**
 * Reads the wanted callbacks of the business unit with their subscriptions, sorted by name, with one request for the list
 * and one for each callback.
 *
 * @param progress Called after each callback.
 */
export async function findObjects(
  run: Run,
  wanted: (callbackName: string) => boolean,
  progress: (done: number, of: number) => void = () => {},
): Promise<FoundCallback[]> {
  const all = await listCallbacks(run.ens, { shared: true });
  const chosen = all.filter(({ callbackName }) => wanted(callbackName));
  let done = 0;
  const found = chosen.map(async (live) => {
    const callback = await findCallback(run, live);
    done += 1;
    progress(done, chosen.length);
    return callback;
  });
  return ordered(await Promise.all(found));
}

async function findCallback(run: Run, live: LiveCallback): Promise<FoundCallback> {
  const { callbackId: id, callbackName: name } = live;
  const all = await listSubscriptions(run.ens, id, { shared: true });
  const found = ordered(all.map((each) => describeFound(run, each)));
  const status = live.status ?? "unknown";
  return {
    id,
    name,
    status,
    subscriptions: found,
    ...describeOrExplain(() => describeCallback(run, live, all.length > 0)),
  };
}

function describeFound(run: Run, live: LiveSubscription): FoundSubscription {
  const { subscriptionId: id, subscriptionName: name } = live;
  return { id, name, ...describeOrExplain(() => describeSubscription(run, live)) };
}

function describeOrExplain<T>(describe: () => T): { readonly described: T } | { readonly problem: string } {
  try {
    return { described: describe() };
  } catch (error) {
    return { problem: reason(error) };
  }
}

/** Sorts objects, so that the result does not depend on the order of ENS's list. */
function ordered<T extends { readonly name: string; readonly id: string }>(all: readonly T[]): T[] {
  const key = ({ name, id }: T) => `${name}\0${id}`;
  return [...all].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
