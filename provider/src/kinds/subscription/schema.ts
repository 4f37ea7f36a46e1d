import { z } from "zod";
import { isRecord } from "../../ens/codec";
import type { InputsOf, StateOf } from "../../properties/derived-types";
import type { subscription } from "../../properties/subscription";
import { typeProblem } from "../../validation/problem";
import { trimmedTextCheck } from "../../validation/validators";
import { likelyTypes } from "./likely";

const TYPES = `a list of event types, like ["TransactionalSendEvents.EmailSent"]`;
const FILTERS = `a list of "key=value" strings, or an object of keys and values`;
/** White space may be part of the pattern, so it is not removed automatically. */
const PADDED = "begins or ends with white space; remove it, or write it as \\s if it is part of the pattern";

const eventType = trimmedTextCheck("an event type, like TransactionalSendEvents.EmailSent").regex(
  /^[^.\s]+\.[^.\s]+$/,
  {
    error: ({ input }) => {
      const [meant = "EngagementEvents.EmailOpen"] = likelyTypes(String(input).trim());
      return `is not an event type; write it as Category.Type, like ${meant}`;
    },
  },
);

/** Converts filters of both forms into ENS's strings, in the order of the program. Messages contain no values. */
const filters = z.unknown().transform((given, context): string[] => {
  const reject = (message: string, path: PropertyKey[] = []) => {
    context.addIssue({ code: "custom", message, path });
    return [];
  };
  if (Array.isArray(given)) {
    // ENS returns one empty string if there is no filter. Source: ENS REST contract §2.10.
    if (given.length === 1 && given[0] === "") return [];
    return given.flatMap((filter: unknown, at) => {
      if (typeof filter !== "string") return reject(typeProblem(filter, FILTERS), [at]);
      if (filter !== filter.trim()) return reject(PADDED, [at]);
      return /^[^=]+=/.test(filter) ? [filter] : reject(`has no "=" after a key; write it as key=value`, [at]);
    });
  }
  if (!isRecord(given)) return reject(typeProblem(given, FILTERS));
  return Object.entries(given).flatMap(([key, value]) => {
    if (key === "" || key.includes("=")) return reject('has a key that is empty or contains "="', [key]);
    if (Array.isArray(value))
      return reject("is a list; give a string, or a pattern like a|b for several values", [key]);
    if (!["string", "number", "boolean"].includes(typeof value)) return reject(typeProblem(value, "a string"), [key]);
    const filter = `${key}=${value}`;
    return filter === filter.trim() ? [filter] : reject(PADDED, [key]);
  });
});

/** Checks of the types that have their own check. */
export const forms = {
  eventCategoryTypes: z
    .array(eventType, { error: (issue) => typeProblem(issue.input, TYPES) })
    .min(1, { error: `is empty; give ${TYPES}` }),
  filters,
  paths: z.array(z.string()),
};

/** Form in which the program wrote the filters. The output `filters` is always a list. */
export type FiltersForm = "list" | "object";

export function formOf(filters: unknown): FiltersForm {
  return isRecord(filters) ? "object" : "list";
}

/** Inputs of a program with defaults and the name. `generatedName` is set if the program sets no name. */
export type Inputs = InputsOf<typeof subscription> & { generatedName?: string | undefined };
export type SubscriptionState = StateOf<typeof subscription>;
