import { z } from "zod";

export const deliverySchema = z.object({
  number: z.int().describe("Number of the delivery, starting at 1."),
  callbackId: z.string(),
  subscriptionId: z.string().describe("The first one, when a delivery serves several subscriptions."),
  url: z.string(),
  events: z.int().describe("Number of events in the delivery."),
  attempts: z.int(),
  outcome: z
    .enum(["waiting", "deferred", "delivered", "failed", "dropped", "deactivated"])
    .describe(
      "`waiting` for the next immediate attempt, `deferred` to a later attempt, `delivered`, `failed` after all " +
        "attempts, `dropped` by the legacy retry rules, or `deactivated` because the subscription or callback was " +
        "paused or deleted.",
    ),
  nextAttemptAt: z.number().optional().describe("Time of the next attempt by the simulator's clock, if there is one."),
  status: z.int().optional().describe("Status of the receiver's last response."),
  error: z.string().optional().describe("Why there was no response."),
  authorization: z
    .enum(["none", "bearer", "null"])
    .describe("What the last attempt sent in the header `Authorization`."),
});

/** A batch of events for one subscription, and its current outcome. */
export type Delivery = Readonly<z.output<typeof deliverySchema>>;

export const skippedSchema = z.object({
  subscriptionId: z.string(),
  reason: z
    .enum(["type", "filter", "paused", "not-in-effect", "not-verified", "suspended", "no-callback"])
    .describe("Why it does not receive them. `not-in-effect` means that it was created or changed too recently."),
  events: z.int().describe("Number of events."),
});

/** Events that a subscription of their business unit does not receive. */
export type Skipped = Readonly<z.output<typeof skippedSchema>>;

export const emissionSchema = z.object({ deliveries: z.array(deliverySchema), skipped: z.array(skippedSchema) });

/** The result of emitting events. */
export interface Emission {
  readonly deliveries: readonly Delivery[];
  readonly skipped: readonly Skipped[];
}
