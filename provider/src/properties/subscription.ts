import type { EventType, FilterKey } from "../ens/catalogue";
import { named } from "./common";
import { choice, extend, form, nameText, table, text, trimmedText } from "./types";

/** A list of `key=value` strings, or an object of keys and values. */
export type GivenFilters = string[] | { readonly [Key in FilterKey]?: string | number | boolean };

const own = table({
  /** Id of the subscription in ENS, and the `id` of this resource. */
  subscriptionId: { type: text("an id"), identity: "same", output: "always", ens: "told" },
  /**
   * Name of the subscription, unique in the business unit. Generated from the name of the resource if it is not set. A
   * subscription with a generated name can move to another callback without losing events. A subscription whose name is
   * set is deleted before its replacement is created, and the events in between are lost.
   */
  subscriptionName: {
    type: nameText("a name that no other subscription has"),
    input: "optional",
    output: "always",
    ens: "stored",
    unique: true,
  },
  /** Id of a verified callback. Set either `callbackId` or `callback`. */
  callbackId: {
    type: trimmedText("the callbackId of a verified callback"),
    reference: "callback",
    input: "required",
    ens: "fixed",
    replaces: true,
  },
  /**
   * Event types as `Category.Type`, case sensitive, in any order. An unknown type causes only a warning, because ENS
   * keeps adding types.
   */
  eventCategoryTypes: {
    type: form<EventType[], string[]>().of("eventCategoryTypes"),
    input: "required",
    ens: "stored",
  },
  /**
   * Filters that an event must all match: a list of `key=value` strings in any order, or an object. A value may be an
   * RE2 pattern that matches the whole text, for example `a|b` for either of two values. The available keys depend on
   * the event type. Other keys cause only a warning.
   * @default []
   */
  filters: {
    type: form<GivenFilters, string[]>().of("filters"),
    input: "optional",
    default: [],
    sparse: true,
    ens: "stored",
  },
  /**
   * `active` or `paused`. Events that occur while the subscription is paused are lost. ENS creates every subscription
   * as active. A new subscription with `paused` is paused immediately after its creation and may get events in between.
   * @default "active"
   */
  status: {
    type: choice(["active", "paused"]),
    answered: text("a status"),
    input: "optional",
    default: "active",
    sparse: true,
    ens: "switched",
  },
  /**
   * Reason that is sent with a change of `status`. A change of the reason alone is not sent.
   * @default "set by pulumi-ens"
   */
  statusReason: {
    type: text("why the status changes, in words"),
    input: "optional",
    default: "set by pulumi-ens",
    sparse: true,
    ens: "switched",
    compared: false,
  },
  /**
   * Whether to adopt an existing subscription of this name on the callback: `never` or `always`.
   * @default "never"
   */
  adopt: { type: choice(["never", "always"]), input: "optional", absent: "never", compared: false },
  /** How the program writes `filters`: `list` or `object`. Not set in states of versions before 0.3. */
  filtersForm: { type: choice(["list", "object"]), output: "finished" },
  /** Id of the subscription that this one replaced. */
  replaces: { type: text("an id") },
});

/** Properties of a subscription. Source: ENS REST contract §2.8 to §2.12, §4. */
export const subscription: typeof own & typeof named = extend(own, named);
