import type { LiveSubscription } from "../../ens/api";
import { subscription as properties } from "../../properties/subscription";
import { without } from "../kind";
import { mergeLive, withoutInputs } from "../live";
import type { Inputs, SubscriptionState } from "./schema";
import { inOrderOf, restoreSpelling, sameKey } from "./selection";

// A state is combined from three sources: `before` is the last state, `wanted` the inputs of the program, `live` what
// ENS
// returns.

/** Returns the state before the first step of an update. It does not contain inputs that the program no longer sets. */
export function stateBeforeUpdate(sides: {
  readonly before: SubscriptionState;
  readonly wanted: Inputs;
}): SubscriptionState {
  const outputs = without(withoutInputs(properties, sides.before), "unconfirmed");
  return { ...outputs, ...sides.wanted } as SubscriptionState;
}

/**
 * Merges what ENS returns into a state, in the order of the program. `statusReason` stays the same as long as the
 * status stays the same, because ENS changes the words of the reason.
 */
export function withLive({
  before,
  live,
}: {
  readonly before: object;
  readonly live: LiveSubscription;
}): SubscriptionState {
  // A resource that only reads an object has no inputs.
  const {
    status,
    statusReason,
    eventCategoryTypes: asked = [],
    filters: written = [],
  } = before as Partial<SubscriptionState>;
  const types = restoreSpelling(live.eventCategoryTypes, asked);
  const isTurned = status !== undefined && status !== live.status;
  return {
    ...(mergeLive(properties, before, without(live, "statusReason")) as SubscriptionState),
    eventCategoryTypes: inOrderOf(types, asked),
    filters: inOrderOf(live.filters, written, sameKey),
    ...(isTurned && live.statusReason
      ? { statusReason: live.statusReason }
      : statusReason === undefined
        ? {}
        : { statusReason }),
  };
}
