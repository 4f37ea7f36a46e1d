import * as pulumi from "@pulumi/pulumi";
import type { EventType, FilterKey } from "../ens/catalogue";
import type { Callback } from "./callback";
import { pathsInto } from "./options";
import { EnsResource, ownerOf, reference } from "./resource";

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
  "filtersForm",
  "generatedName",
  "replaces",
  "unconfirmed",
  "owner",
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
  /** In the program's order. */
  declare readonly eventCategoryTypes: pulumi.Output<string[]>;
  /** A list of `key=value` in the program's order, also where the program gives an object. */
  declare readonly filters: pulumi.Output<string[]>;
  declare readonly status: pulumi.Output<string>;
  /** The reason given with the last change of `status` that was seen. */
  declare readonly statusReason: pulumi.Output<string>;
  declare readonly adopt: pulumi.Output<"never" | "always" | undefined>;
  /** How the program writes `filters`: `list` or `object`. */
  declare readonly filtersForm: pulumi.Output<string>;
  /** The name that was generated because the program gives none. */
  declare readonly generatedName: pulumi.Output<string | undefined>;
  /** Id of the subscription that this one replaced. */
  declare readonly replaces: pulumi.Output<string | undefined>;
  /** Set when a change was sent and its answer was lost: the next `pulumi up` sends it again. */
  declare readonly unconfirmed: pulumi.Output<boolean | undefined>;
  /** Which resource this is: project, stack, URN of the parent and name, as JSON. Names are generated from it. */
  declare readonly owner: pulumi.Output<string>;
  /** When it was made, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string>;
  /** The business unit (MID) that it was made in, where the settings or ENS tell it. */
  declare readonly accountId: pulumi.Output<string | undefined>;

  constructor(name: string, args: SubscriptionArgs, options?: pulumi.CustomResourceOptions) {
    const { callback, filters, ...rest } = args;
    const inputs = {
      ...rest,
      ...(filters === undefined ? {} : { filters: asTexts(filters) }),
      callbackId: reference({ resource: "callback", id: "callbackId" }, callback, args.callbackId),
      owner: ownerOf(name, options?.parent),
      ignoredPaths: pathsInto(["eventCategoryTypes", "filters"], options),
    };
    super("Subscription", name, inputs, OUTPUTS, [], options);
    this.subscriptionId = this.id; // known in the preview of an update, as no other output is
  }
}

/**
 * Numbers and truth values in an object become texts, because ENS knows texts only and a refresh cannot tell them apart.
 * A secret in it makes all of it secret: the mark of a part would be lost on the way.
 */
function asTexts(filters: NonNullable<SubscriptionArgs["filters"]>): pulumi.Output<unknown> {
  return (pulumi.output(filters as object) as pulumi.Output<unknown>).apply((given) => {
    if (typeof given !== "object" || given === null || Array.isArray(given)) return given;
    const texts = Object.entries(given).map(([key, value]) => [
      key,
      typeof value === "number" || typeof value === "boolean" ? String(value) : value,
    ]);
    return Object.fromEntries(texts);
  });
}
