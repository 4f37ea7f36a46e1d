import { hostOf, type UnitCallback } from "../shared/read-unit";
import { type Tone, toneOfCallback, toneOfSubscription } from "../shared/status";
import { visible } from "../shared/visible";

/** A box of the graph. */
export interface Box {
  readonly title: string;
  /** Text below the title. */
  readonly detail: string;
  readonly tone: Tone;
}

export interface CallbackBox extends Box {
  /** Index of the auth scheme in `schemes`. Absent without an auth scheme. */
  readonly scheme?: number;
  readonly subscriptions: readonly Box[];
}

/** Auth schemes, callbacks and subscriptions, in an order in which no two lines cross. */
export interface Graph {
  readonly schemes: readonly Box[];
  readonly callbacks: readonly CallbackBox[];
}

/** Builds the graph of a business unit. */
export function graphOf(unit: readonly UnitCallback[]): Graph {
  const ids = [...new Set(unit.flatMap(({ callback: { authId } }) => (authId ? [authId] : [])))].sort();
  const rankOf = ({ callback: { authId } }: UnitCallback) => (authId ? ids.indexOf(authId) : ids.length);
  const sorted = unit.toSorted((one, other) => rankOf(one) - rankOf(other)); // stable, so by name within a scheme
  return {
    schemes: ids.map((id) => ({ title: visible(id), detail: "auth scheme", tone: "good" as const })),
    callbacks: sorted.map((each) => {
      const { callbackName, status } = each.callback;
      const tone = toneOfCallback(status);
      const rank = rankOf(each);
      return {
        title: visible(callbackName),
        detail: `${visible(hostOf(each.callback))}, ${visible(status ?? "unknown")}`,
        tone,
        ...(rank === ids.length ? {} : { scheme: rank }),
        subscriptions: each.subscriptions.map((one) => ({
          title: visible(one.subscriptionName),
          detail: tone === "good" ? visible(one.status) : `${visible(one.status)}, gets no events`,
          tone: tone === "good" ? toneOfSubscription(one.status) : tone,
        })),
      };
    }),
  };
}
