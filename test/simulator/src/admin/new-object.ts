import { z } from "zod";
import type { Random } from "../random";
import type { Collection, State } from "../store";
import { PATCHES } from "./objects";

/** Fields that a new object must have. Other fields are allowed. */
export const NEW_FIELDS = {
  callbacks: PATCHES.callbacks.partial().required({ callbackName: true, url: true }),
  subscriptions: PATCHES.subscriptions
    .partial()
    .required({ subscriptionName: true, callbackId: true, eventCategoryTypes: true }),
  authentications: PATCHES.authentications.partial().required({ authUrl: true, clientId: true, clientSecret: true }),
};
export const createdSchema = z.object({ id: z.string() });

/**
 * Builds a new object from the given fields and defaults, in the business unit `mid` by default. A callback is verified
 * without its verification key.
 */
export function newObject(
  collection: Collection,
  fields: object,
  { mid, now, random }: { readonly mid: number; readonly now: number; readonly random: Random },
): State[Collection][number] {
  const key = () => random.bytes("key").toString("base64");
  const keys = { signatureKey: key(), verificationKey: key(), keyState: "dead", wrongKeys: 0 };
  const usual = {
    callbacks: {
      callbackId: random.uuid("callback"),
      maxBatchSize: 1000,
      status: "verified",
      statusReason: "none",
      ...keys,
      createdAt: now,
    },
    subscriptions: { subscriptionId: random.uuid("subscription"), filters: [], status: "active", statusReason: "none" },
    authentications: { authId: random.uuid("authentication"), authType: "oauth2", grantType: "client_credentials" },
  };
  return { ...usual[collection], mid, ...fields } as State[Collection][number];
}
