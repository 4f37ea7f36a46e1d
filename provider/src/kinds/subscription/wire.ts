import { z } from "zod";
import { isDocumented, likelyTypes } from "../../ens/catalogue";
import type { EnsClient } from "../../ens/client";
import { isRecord, list, textSet } from "../../ens/codec";
import { emptyWhenGone } from "../../ens/errors";
import { text, wrong } from "../../ens/property";

export const PATH = "/platform/v1/ens-subscriptions";
const TYPES = `a list of event types, like ["TransactionalSendEvents.EmailSent"]`;
const FILTERS = `"key=value" texts, or an object of keys and values`;

/** Those that a program can ask for. */
const WORDS = ["active", "paused"] as const;

const set = (values: string[]) => textSet(values);
const eventType = text("an event type, like TransactionalSendEvents.EmailSent").regex(/^[^.\s]+\.[^.\s]+$/, {
  error: ({ input }) => {
    const [meant = "EngagementEvents.EmailOpen"] = likelyTypes(String(input).trim());
    return `is ${JSON.stringify(input)}; write it as Category.Type, like ${meant}`;
  },
});

/** ENS's texts for filters in either form. Values are not in messages: a program may have marked them as secret. */
const filters = z.unknown().transform((given, context): string[] => {
  const refuse = (message: string, path: PropertyKey[] = []) => {
    context.addIssue({ code: "custom", message, path });
    return [];
  };
  if (Array.isArray(given)) {
    return set(
      given.flatMap((filter: unknown, at) => {
        if (typeof filter !== "string") return refuse(wrong(filter, FILTERS), [at]);
        return /^[^=]+=/.test(filter) ? [filter] : refuse(`is not of the form; write it as key=value`, [at]);
      }),
    );
  }
  if (!isRecord(given)) return refuse(wrong(given, FILTERS));
  return set(
    Object.entries(given).flatMap(([key, value]) => {
      if (key === "" || key.includes("=")) return refuse("has a key that is empty or has a = in it", [key]);
      if (Array.isArray(value)) return refuse("is a list; give a text, or a pattern like a|b for either of two", [key]);
      if (!["string", "number", "boolean"].includes(typeof value)) return refuse(wrong(value, "a text"), [key]);
      return [`${key}=${value}`];
    }),
  );
});

export const inputs = z.strictObject({
  subscriptionName: text("a name that no other subscription has"),
  callbackId: text("the callbackId of a verified callback"),
  eventCategoryTypes: z
    .array(eventType, { error: (issue) => wrong(issue.input, TYPES) })
    .min(1, { error: `is empty; give ${TYPES}` })
    .transform(set),
  filters: filters.default([]),
  status: z.enum(WORDS, { error: `is unknown; give "active" or "paused"` }).default("active"),
  statusReason: text("why the status changes, in words").default("set by pulumi-ens"),
  adopt: z.enum(["never", "always"], { error: `is unknown; give "never" or "always"` }).optional(),
});

export const answer = z.object({
  subscriptionId: z.string().min(1),
  subscriptionName: z.string(),
  callbackId: z.string(),
  eventCategoryTypes: z.array(z.string()).transform(set),
  filters: z.array(z.string()).nullish().transform(textSet),
  status: z.string().transform((word) => WORDS.find((known) => known === word.toLowerCase()) ?? word),
  statusReason: z.string().nullish(),
});

export type Inputs = z.output<typeof inputs>;
export type Live = z.output<typeof answer>;
/** `status` is ENS's word, which may be one that a program cannot ask for. */
export type SubscriptionState = Omit<Inputs, "status"> & {
  status: string;
  subscriptionId: string;
  /** ISO 8601. */
  createdAt?: string;
};

export const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
export const byCallback = (callbackId: string) =>
  `/platform/v1/ens-subscriptions-by-cb/${encodeURIComponent(callbackId)}`;

/** The subscriptions of a callback; none when it is gone. Not from the lists that reads share. */
export const attached = (ens: EnsClient, callbackId: string): Promise<Live[]> =>
  ens.get(byCallback(callbackId), list(answer)).catch(emptyWhenGone);

/**
 * ENS may correct how a type is written, and then still has what was asked. One that ENS documents was not asked
 * for in another spelling by mistake, so only the correction counts. Assumed. Source: ENS REST contract §11 #27.
 */
export function spelt(shown: readonly string[], asked: readonly string[]): string[] {
  return textSet(
    shown.flatMap((type) => {
      const same = asked.filter((other) => other.toLowerCase() === type.toLowerCase());
      return isDocumented(type) && same.length > 0 ? same : [type];
    }),
  );
}
