import { getSubscription, type LiveSubscription } from "../../ens/api";
import { pickSent } from "../../properties/facts";
import { subscription as properties } from "../../properties/subscription";
import type { Run } from "../../run/run";
import { inputsSchema } from "../../validation/schema";
import { type Imported, parseLive } from "../imported";
import { forms, type Inputs, type SubscriptionState } from "./schema";
import { withLive } from "./state";

const schema = inputsSchema(properties, forms);

/** Reads a subscription that is in no state by its id, and returns its inputs and its state. */
export async function importSubscription(run: Run, id: string): Promise<Imported<Inputs, SubscriptionState>> {
  return describeSubscription(run, await getSubscription(run.ens, id));
}

/** Returns the inputs and the state of a subscription that ENS has returned. Throws if no resource can describe it. */
export function describeSubscription(run: Run, live: LiveSubscription): Imported<Inputs, SubscriptionState> {
  const statusReason = live.status === "paused" ? live.statusReason : undefined;
  const sent = pickSent(properties, ["fixed", "stored", "switched"], { ...live, statusReason });
  const inputs = { ...parseLive<Inputs>(schema, sent), subscriptionName: live.subscriptionName };
  const createdAt = new Date(run.clock.now()).toISOString();
  const before = { ...inputs, subscriptionId: live.subscriptionId, createdAt };
  return { inputs, state: withLive({ before, live }) };
}
