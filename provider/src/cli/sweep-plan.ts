import { looksGenerated, looksPending } from "../kinds/names";
import type { UnitCallback } from "./shared/read-unit";
import { countOf } from "./shared/table";

export interface Candidate {
  readonly id: string;
  readonly name: string;
}

/** An object that has the prefix and is not deleted. */
export interface Kept extends Candidate {
  readonly kind: "subscription" | "callback";
  readonly why: string;
}

/** The objects that a sweep deletes, subscriptions first, and those that it keeps. */
export interface Plan {
  readonly subscriptions: readonly Candidate[];
  readonly callbacks: readonly Candidate[];
  readonly kept: readonly Kept[];
}

const GENERATED = "the name looks generated, so a stack may manage it; --include-generated deletes it";

/** Plans the deletion of all objects whose names begin with the prefix. */
export function planSweep(unit: readonly UnitCallback[], prefix: string, includesGenerated: boolean): Plan {
  const isManaged = (name: string) => !includesGenerated && (looksGenerated(name) || looksPending(name));
  const plan = { subscriptions: [] as Candidate[], callbacks: [] as Candidate[], kept: [] as Kept[] };
  for (const { callback, subscriptions } of unit) {
    const named = subscriptions
      .map(({ subscriptionId: id, subscriptionName: name }) => ({ id, name }))
      .filter(({ name }) => name.startsWith(prefix));
    const deletable = named.filter(({ name }) => !isManaged(name));
    plan.subscriptions.push(...deletable);
    plan.kept.push(
      ...named
        .filter(({ name }) => isManaged(name))
        .map((one) => ({ kind: "subscription" as const, ...one, why: GENERATED })),
    );
    const { callbackId: id, callbackName: name } = callback;
    if (!name.startsWith(prefix)) continue;
    const remaining = subscriptions.length - deletable.length;
    const why = isManaged(name)
      ? GENERATED
      : `${countOf(remaining, "subscription")} of this callback ${remaining === 1 ? "is" : "are"} kept`;
    if (isManaged(name) || remaining > 0) plan.kept.push({ kind: "callback", id, name, why });
    else plan.callbacks.push({ id, name });
  }
  return plan;
}
