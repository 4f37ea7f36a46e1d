import { z } from "zod";

export const deliverySchema = z.object({
  number: z.int().describe("Counts from 1."),
  callbackId: z.string(),
  subscriptionId: z.string().describe("The first, when one delivery is for several."),
  url: z.string(),
  events: z.int().describe("How many events are in it."),
  attempts: z.int(),
  outcome: z
    .enum(["waiting", "deferred", "delivered", "failed", "dropped", "deactivated"])
    .describe(
      "`waiting` for the next immediate attempt, `deferred` to a later one; `delivered`, `failed` after all attempts, " +
        "`dropped` by the older rules, `deactivated` since subscription or callback are paused or gone.",
    ),
  nextAttemptAt: z.number().optional().describe("Of the simulator's clock, while one is ahead."),
  status: z.int().optional().describe("The receiver's last answer."),
  error: z.string().optional().describe("Why there was none."),
  authorization: z.enum(["none", "bearer", "null"]).describe("What the last attempt had as `Authorization`."),
});

/** How it stands with a batch of events for one subscription. */
export type Delivery = Readonly<z.output<typeof deliverySchema>>;

export const skippedSchema = z.object({
  subscriptionId: z.string(),
  reason: z
    .enum(["type", "filter", "paused", "not-in-effect", "not-verified", "suspended", "no-callback"])
    .describe("Why it does not get them; `not-in-effect` is made or changed too lately."),
  events: z.int().describe("How many events."),
});

/** Events that a subscription of their business unit does not get. */
export type Skipped = Readonly<z.output<typeof skippedSchema>>;

export const emissionSchema = z.object({ deliveries: z.array(deliverySchema), skipped: z.array(skippedSchema) });

/** What became of emitted events. */
export interface Emission {
  readonly deliveries: readonly Delivery[];
  readonly skipped: readonly Skipped[];
}
