import type { Random, State } from "pulumi-ens-simulator";
import { CREDENTIALS } from "./world";

/** A program with 200 objects that all have generated names: a scheme, 12 callbacks and 187 subscriptions. */
export interface Unit {
  readonly callbacks: readonly UnitCallback[];
}
interface UnitCallback {
  readonly name: string;
  readonly url: string;
  readonly subscriptions: readonly { readonly name: string; readonly filter: string }[];
}

const [CALLBACKS, SUBSCRIPTIONS] = [12, 187];
const [MOVED, FILTERED] = [3, 20];

export function bigUnit(): Unit {
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
  const callbacks = numbers(CALLBACKS).map((at) => ({
    name: `c${at}`,
    url: `https://hooks.example.org/c${at}`,
    subscriptions: numbers(SUBSCRIPTIONS)
      .filter((number) => number % CALLBACKS === at)
      .map((number) => ({ name: `s${number}`, filter: "definitionKey=a" })),
  }));
  return { callbacks };
}

/** Moves some callbacks to other URLs, changes the filter of some subscriptions, and removes one subscription. */
export function changedUnit({ callbacks }: Unit, random: Random): Unit {
  const moved = new Set(random.shuffled("unit", callbacks).slice(0, MOVED));
  const all = callbacks.flatMap(({ subscriptions }) => subscriptions);
  const [gone, ...others] = random.shuffled("unit", all);
  const filtered = new Set(others.slice(0, FILTERED));
  return {
    callbacks: callbacks.map((each) => ({
      ...each,
      url: moved.has(each) ? `${each.url}-moved` : each.url,
      subscriptions: each.subscriptions
        .filter((one) => one !== gone)
        .map((one) => (filtered.has(one) ? { ...one, filter: "definitionKey=b" } : one)),
    })),
  };
}

/** Counts the changes that a run sends to ENS at least. A new callback is also renamed. */
export function countChanges(before: Unit | undefined, after: Unit | undefined): number {
  const size = ({ callbacks }: Unit) => callbacks.flatMap(({ subscriptions }) => subscriptions).length;
  if (after === undefined) return before === undefined ? 0 : size(before) + CALLBACKS + 1;
  if (before === undefined) return 1 + 2 * CALLBACKS + size(after);
  const moved = after.callbacks.filter(({ url }, at) => url !== before.callbacks[at]?.url);
  return moved.reduce((sum, { subscriptions }) => sum + 3 + 2 * subscriptions.length, 0);
}

export function programOf({ callbacks }: Unit): string {
  const scheme = { grantType: "client_credentials", authUrl: "https://login.example.org/token", ...CREDENTIALS };
  return `
    const authScheme = new ens.AuthScheme("idp", ${JSON.stringify(scheme)});
    exports.made = ${JSON.stringify(callbacks)}.map(({ name, url, subscriptions }) => {
      const callback = new ens.Callback(name, { url, authScheme });
      for (const { name, filter } of subscriptions) {
        const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
        new ens.Subscription(name, { callback, eventCategoryTypes, filters: [filter] });
      }
      return { callbackId: callback.callbackId, signatureKey: callback.signatureKey };
    });`;
}

/** Describes the objects in ENS as a program does, with names without the generated digits. */
export function unitIn({ callbacks, subscriptions }: State): Unit {
  const wordOf = (generated: string) => generated.replace(/-[0-9a-f]{7}$/, "");
  const numberOf = ({ name }: { readonly name: string }) => Number(name.slice(1));
  const inOrder = <T extends { readonly name: string }>(all: T[]) => all.sort((a, b) => numberOf(a) - numberOf(b));
  const subscriptionsOf = (id: string) =>
    subscriptions
      .filter(({ callbackId }) => callbackId === id)
      .map(({ subscriptionName, filters }) => ({ name: wordOf(subscriptionName), filter: filters.join() }));
  return {
    callbacks: inOrder(
      callbacks.map(({ callbackId, callbackName, url }) => ({
        name: wordOf(callbackName),
        url,
        subscriptions: inOrder(subscriptionsOf(callbackId)),
      })),
    ),
  };
}
