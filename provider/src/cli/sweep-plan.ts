import { looksGenerated, looksPending } from "../kinds/names";
import type { UnitCallback } from "./shared/read-unit";
import { many } from "./shared/table";

export interface Doomed {
  readonly id: string;
  readonly name: string;
}

/** What has the prefix and stays all the same. */
export interface Kept extends Doomed {
  readonly kind: "subscription" | "callback";
  readonly why: string;
}

/** What a sweep deletes, subscriptions first, and what it leaves alone. */
export interface Plan {
  readonly subscriptions: readonly Doomed[];
  readonly callbacks: readonly Doomed[];
  readonly kept: readonly Kept[];
}

const GENERATED = "its name looks generated, so that a stack may hold it; --include-generated deletes it";

export function planSweep(unit: readonly UnitCallback[], prefix: string, includesGenerated: boolean): Plan {
  const isManaged = (name: string) => !includesGenerated && (looksGenerated(name) || looksPending(name));
  const plan = { subscriptions: [] as Doomed[], callbacks: [] as Doomed[], kept: [] as Kept[] };
  for (const { callback, subscriptions } of unit) {
    const named = subscriptions
      .map(({ subscriptionId: id, subscriptionName: name }) => ({ id, name }))
      .filter(({ name }) => name.startsWith(prefix));
    const gone = named.filter(({ name }) => !isManaged(name));
    plan.subscriptions.push(...gone);
    plan.kept.push(
      ...named
        .filter(({ name }) => isManaged(name))
        .map((one) => ({ kind: "subscription" as const, ...one, why: GENERATED })),
    );
    const { callbackId: id, callbackName: name } = callback;
    if (!name.startsWith(prefix)) continue;
    const staying = subscriptions.length - gone.length;
    const why = isManaged(name) ? GENERATED : `${many(staying, "subscription")} of it stay${staying === 1 ? "s" : ""}`;
    if (isManaged(name) || staying > 0) plan.kept.push({ kind: "callback", id, name, why });
    else plan.callbacks.push({ id, name });
  }
  return plan;
}
