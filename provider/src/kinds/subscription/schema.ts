import { z } from "zod";
import { isRecord } from "../../ens/codec";
import type { InputsOf, StateOf } from "../../properties/derived-types";
import type { subscription } from "../../properties/subscription";
import { typeProblem } from "../../validation/problem";
import { trimmedTextCheck } from "../../validation/validators";
import { likelyTypes } from "./likely";

const TYPES = `a list of event types, like ["TransactionalSendEvents.EmailSent"]`;
const FILTERS = `"key=value" texts, or an object of keys and values`;
/** It may be a part of the pattern, so that it is not taken off by itself. */
const PADDED = "begins or ends with white space; remove it, or write it as \\s where it is a part of the pattern";

const eventType = trimmedTextCheck("an event type, like TransactionalSendEvents.EmailSent").regex(
  /^[^.\s]+\.[^.\s]+$/,
  {
    error: ({ input }) => {
      const [meant = "EngagementEvents.EmailOpen"] = likelyTypes(String(input).trim());
      return `is no event type; write it as Category.Type, like ${meant}`;
    },
  },
);

/** ENS's texts for filters in either form, in the program's order. Values are not in messages: they may be secret. */
const filters = z.unknown().transform((given, context): string[] => {
  const refuse = (message: string, path: PropertyKey[] = []) => {
    context.addIssue({ code: "custom", message, path });
    return [];
  };
  if (Array.isArray(given)) {
    // ENS itself shows one empty text where there is no filter. Source: ENS REST contract §2.10.
    if (given.length === 1 && given[0] === "") return [];
    return given.flatMap((filter: unknown, at) => {
      if (typeof filter !== "string") return refuse(typeProblem(filter, FILTERS), [at]);
      if (filter !== filter.trim()) return refuse(PADDED, [at]);
      return /^[^=]+=/.test(filter) ? [filter] : refuse(`has no "=" behind a key; write it as key=value`, [at]);
    });
  }
  if (!isRecord(given)) return refuse(typeProblem(given, FILTERS));
  return Object.entries(given).flatMap(([key, value]) => {
    if (key === "" || key.includes("=")) return refuse("has a key that is empty or has a = in it", [key]);
    if (Array.isArray(value)) return refuse("is a list; give a text, or a pattern like a|b for either of two", [key]);
    if (!["string", "number", "boolean"].includes(typeof value)) return refuse(typeProblem(value, "a text"), [key]);
    const filter = `${key}=${value}`;
    return filter === filter.trim() ? [filter] : refuse(PADDED, [key]);
  });
});

/** The checks of the types that have one of their own. */
export const forms = {
  eventCategoryTypes: z
    .array(eventType, { error: (issue) => typeProblem(issue.input, TYPES) })
    .min(1, { error: `is empty; give ${TYPES}` }),
  filters,
  paths: z.array(z.string()),
};

/** How the program wrote the filters. The output `filters` is a list in any case. */
export type FiltersForm = "list" | "object";

export function formOf(filters: unknown): FiltersForm {
  return isRecord(filters) ? "object" : "list";
}

/** What a program asks for, with defaults and the name. `generatedName` is there when the program gives no name. */
export type Inputs = InputsOf<typeof subscription> & { generatedName?: string | undefined };
export type SubscriptionState = StateOf<typeof subscription>;
