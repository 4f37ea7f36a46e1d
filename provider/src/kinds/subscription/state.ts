import type { LiveSubscription } from "../../ens/api";
import { subscription as properties } from "../../properties/subscription";
import { without } from "../kind";
import { mergeLive, withoutInputs } from "../live";
import type { Inputs, SubscriptionState } from "./schema";
import { inOrderOf, restoreSpelling, sameKey } from "./selection";

// A state is put together from three sides: `before` is what it said, `wanted` what the program asks, `live` what ENS shows.

/** What the state says before the first step of an update: an input that the program leaves out now is not there any more. */
export function stateBeforeUpdate(sides: {
  readonly before: SubscriptionState;
  readonly wanted: Inputs;
}): SubscriptionState {
  const told = without(withoutInputs(properties, sides.before), "unconfirmed");
  return { ...told, ...sides.wanted } as SubscriptionState;
}

/**
 * What ENS shows, in the program's order. The reason stays the one that was given for as long as the status stays: ENS
 * words it in two ways.
 */
export function withLive({
  before,
  live,
}: {
  readonly before: object;
  readonly live: LiveSubscription;
}): SubscriptionState {
  // A resource that only reads an object need not say what it has.
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
