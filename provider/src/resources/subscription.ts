import type * as pulumi from "@pulumi/pulumi";
import type { EventType, FilterKey } from "../ens/catalogue";
import type { Callback } from "./callback";
import { autoName, EnsResource, reference } from "./resource";

export interface SubscriptionArgs {
  /**
   * Unique in the business unit. Left out, it is made from the resource's name, and the subscription moves to another
   * callback without a gap. One with a name of its own is deleted before it is made anew: events in between are lost.
   */
  subscriptionName?: pulumi.Input<string>;
  /** The callback that gets the events. Changing it replaces the subscription. Or `callbackId`. */
  callback?: pulumi.Input<Callback>;
  /** Id of a verified callback that is not a resource here. Or `callback`. */
  callbackId?: pulumi.Input<string>;
  /** `Category.Type`, case sensitive, in any order. ENS's list grows, so an unknown type is only warned about. */
  eventCategoryTypes: pulumi.Input<pulumi.Input<EventType>[]>;
  /**
   * All must hold. `key=value` texts in any order, or an object; a value may be an RE2 pattern for the whole text, so that
   * `a|b` is either of two. Which keys there are depends on the event type; others are only warned about.
   */
  filters?:
    | pulumi.Input<pulumi.Input<string>[]>
    | pulumi.Input<{ readonly [Key in FilterKey]?: pulumi.Input<string | number | boolean> }>;
  /**
   * `active` (default) or `paused`. Events that happen while it is paused are lost. ENS makes all subscriptions active:
   * one that shall be paused from the start is paused right after, and may get events in between.
   */
  status?: pulumi.Input<"active" | "paused">;
  /** Sent with a change of `status`; its own change alone is not sent. */
  statusReason?: pulumi.Input<string>;
  /** Whether a subscription of this name that exists on the callback is taken over: `never` (default), or `always`. */
  adopt?: pulumi.Input<"never" | "always">;
}

const OUTPUTS = [
  "subscriptionId",
  "subscriptionName",
  "callbackId",
  "eventCategoryTypes",
  "filters",
  "status",
  "statusReason",
  "adopt",
  "createdAt",
  "accountId",
];

/**
 * Which events ENS delivers to a callback: at most 200 subscriptions each, and the callback must be verified.
 *
 * It takes up to two minutes until a new or changed one is in effect. So when an auto-named one moves to another
 * callback, the old one goes so much later (`ens:activationWait`), and events may come twice meanwhile.
 *
 * Source: ENS reference, Create Subscription and Update Subscription.
 */
export class Subscription extends EnsResource {
  /** ENS's id, also this resource's `id`. */
  declare readonly subscriptionId: pulumi.Output<string>;
  declare readonly subscriptionName: pulumi.Output<string>;
  declare readonly callbackId: pulumi.Output<string>;
  /** Sorted, without repeats. */
  declare readonly eventCategoryTypes: pulumi.Output<string[]>;
  /** `key=value`, sorted, without repeats. */
  declare readonly filters: pulumi.Output<string[]>;
  declare readonly status: pulumi.Output<string>;
  /** The reason given with the last change of `status` that was seen. */
  declare readonly statusReason: pulumi.Output<string>;
  declare readonly adopt: pulumi.Output<"never" | "always" | undefined>;
  /** When it was made, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string>;
  /** The business unit (MID) that it was made in, where the settings name it. */
  declare readonly accountId: pulumi.Output<string | undefined>;

  constructor(name: string, args: SubscriptionArgs, options?: pulumi.CustomResourceOptions) {
    const { callback, subscriptionName, ...rest } = args;
    const callbackId = reference({ resource: "callback", id: "callbackId" }, callback, args.callbackId);
    const inputs = {
      ...rest,
      callbackId,
      subscriptionName: subscriptionName ?? autoName(name, callbackId ?? "", options?.parent),
    };
    super("Subscription", name, inputs, OUTPUTS, [], options);
    this.subscriptionId = this.id; // known in the preview of an update, as no other output is
  }
}
