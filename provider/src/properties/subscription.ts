import type { EventType, FilterKey } from "../ens/catalogue";
import { named } from "./common";
import { choice, extend, form, nameText, table, text, trimmedText } from "./types";

/** `key=value` texts, or an object of keys and values. */
export type GivenFilters = string[] | { readonly [Key in FilterKey]?: string | number | boolean };

const own = table({
  /** ENS's id, also this resource's `id`. */
  subscriptionId: { type: text("an id"), identity: "same", output: "always", ens: "told" },
  /**
   * Unique in the business unit. Left out, it is made from the resource's name, and the subscription moves to another
   * callback without a gap. One with a name of its own is deleted before it is made anew: events in between are lost.
   */
  subscriptionName: {
    type: nameText("a name that no other subscription has"),
    input: "optional",
    output: "always",
    ens: "stored",
    unique: true,
  },
  /** Id of a verified callback. Changing it replaces the subscription. Or `callback`. */
  callbackId: {
    type: trimmedText("the callbackId of a verified callback"),
    reference: "callback",
    input: "required",
    ens: "fixed",
    replaces: true,
  },
  /** `Category.Type`, case sensitive, in any order. ENS's list grows, so an unknown type is only warned about. */
  eventCategoryTypes: {
    type: form<EventType[], string[]>().of("eventCategoryTypes"),
    input: "required",
    ens: "stored",
  },
  /**
   * All must hold. `key=value` texts in any order, or an object; a value may be an RE2 pattern for the whole text, so that
   * `a|b` is either of two. Which keys there are depends on the event type; others are only warned about.
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
   * `active` or `paused`. Events that happen while it is paused are lost. ENS makes all subscriptions active: one that
   * shall be paused from the start is paused right after, and may get events in between.
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
   * Sent with a change of `status`; its own change alone is not sent.
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
   * Whether a subscription of this name that exists on the callback is taken over: `never`, or `always`.
   * @default "never"
   */
  adopt: { type: choice(["never", "always"]), input: "optional", absent: "never", compared: false },
  /** How the program writes `filters`: `list` or `object`. Absent in states of versions before 0.3. */
  filtersForm: { type: choice(["list", "object"]), output: "finished" },
  /** Id of the subscription that this one replaced. */
  replaces: { type: text("an id") },
});

/** The properties of a subscription. Source: ENS REST contract §2.8 to §2.12, §4. */
export const subscription: typeof own & typeof named = extend(own, named);
