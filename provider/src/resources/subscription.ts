import * as pulumi from "@pulumi/pulumi";
import { subscription } from "../properties/subscription";
import type { ArgsOf, OutputsOf } from "./args";
import type { Callback } from "./callback";
import { pathsInto } from "./options";
import { requireArgs } from "./program-error";
import { Registration, reference } from "./registration";

export interface SubscriptionArgs extends Omit<ArgsOf<typeof subscription>, "callbackId"> {
  /** Callback that gets the events. Set either `callback` or `callbackId`. */
  callback?: pulumi.Input<Callback>;
  /** Id of a verified callback that is not a resource of the program. Set either `callbackId` or `callback`. */
  callbackId?: pulumi.Input<string>;
}

export interface Subscription extends OutputsOf<typeof subscription> {}

/**
 * Selects the events that ENS delivers to a callback. The callback must be verified and may have up to 200
 * subscriptions.
 *
 * A new or updated subscription takes effect after up to two minutes. When a subscription with a generated name moves
 * to another callback, the old subscription is therefore deleted only after `ens:activationWait`. During this time, ENS
 * may deliver events twice.
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
 * Converts numbers and booleans in an object to strings, because ENS stores only strings and a refresh could not
 * restore the types. An object that contains a secret becomes secret as a whole, because Pulumi would lose the mark of
 * the part.
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
