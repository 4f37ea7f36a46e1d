import * as pulumi from "@pulumi/pulumi";
import { subscription } from "../properties/subscription";
import type { ArgsOf, OutputsOf } from "./args";
import type { Callback } from "./callback";
import { pathsInto } from "./options";
import { requireArgs } from "./program-error";
import { Registration, reference } from "./registration";

export interface SubscriptionArgs extends Omit<ArgsOf<typeof subscription>, "callbackId"> {
  /** The callback that gets the events. Changing it replaces the subscription. Or `callbackId`. */
  callback?: pulumi.Input<Callback>;
  /** Id of a verified callback that is not a resource here. Or `callback`. */
  callbackId?: pulumi.Input<string>;
}

export interface Subscription extends OutputsOf<typeof subscription> {}

/**
 * Which events ENS delivers to a callback: at most 200 subscriptions each, and the callback must be verified.
 *
 * It takes up to two minutes until a new or changed one is in effect. So when an auto-named one moves to another
 * callback, the old one goes so much later (`ens:activationWait`), and events may come twice meanwhile.
 *
 * Source: ENS reference, Create Subscription and Update Subscription.
 */
export class Subscription extends pulumi.CustomResource {
  constructor(name: string, args: SubscriptionArgs, options?: pulumi.CustomResourceOptions) {
    const example = '{ callback, eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] }';
    const { callback, callbackId, filters, ...rest } = requireArgs("Subscription", name, args, example);
    const by = { resource: "callback", id: "callbackId" };
    const inputs = {
      ...rest,
      ...(filters === undefined ? {} : { filters: asTexts(filters) }),
      callbackId: reference({ kind: "Subscription", name }, by, callback, callbackId),
      ignoredPaths: pathsInto(["eventCategoryTypes", "filters"], options),
    };
    const registration = new Registration("Subscription", subscription, name, inputs, options);
    try {
      super(...registration.parameters);
    } catch (error) {
      throw registration.restoreTrace(error, new.target);
    } finally {
      registration.end();
    }
    registration.setIds(this);
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
