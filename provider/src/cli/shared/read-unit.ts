import { type LiveCallback, type LiveSubscription, listCallbacks, listSubscriptions } from "../../ens/api";
import type { Run } from "../../run/run";
import type { Terminal } from "./terminal";

/** A callback with its subscriptions. */
export interface UnitCallback {
  readonly callback: LiveCallback;
  readonly subscriptions: readonly LiveSubscription[];
}

/** Reads all callbacks of the business unit, sorted by name. */
export async function readCallbacks(run: Run): Promise<LiveCallback[]> {
  return byName(await listCallbacks(run.ens), ({ callbackName, callbackId }) => `${callbackName}\0${callbackId}`);
}

/** Reads all callbacks with their subscriptions, with one request for the list and one for each callback. */
export async function readUnit(run: Run, terminal: Terminal): Promise<UnitCallback[]> {
  const callbacks = await readCallbacks(run);
  let done = 0;
  return Promise.all(
    callbacks.map(async (callback) => {
      const found = await listSubscriptions(run.ens, callback.callbackId);
      done += 1;
      terminal.progress(`read the subscriptions of ${done} of ${callbacks.length} callbacks`);
      return {
        callback,
        subscriptions: byName(
          found,
          ({ subscriptionName, subscriptionId }) => `${subscriptionName}\0${subscriptionId}`,
        ),
      };
    }),
  );
}

function byName<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return items.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** Returns the host of a callback's URL. The path is never shown, because receivers keep tokens in paths. */
export function hostOf({ url }: LiveCallback): string {
  return URL.parse(url)?.host ?? "?";
}
