import { z } from "zod";

const text = z.string();
const time = z.number().describe("Time of the simulator's clock, in milliseconds since the epoch.");

/** Fields that the admin API can change, with their types. Unknown fields are stored unchecked. */
export const PATCHES = {
  callbacks: z.looseObject({
    callbackName: text,
    url: z.url(),
    maxBatchSize: z.int(),
    authId: text,
    status: text,
    statusReason: text,
    signatureKey: text,
    verificationKey: text,
    keyState: z.enum(["live", "used", "dead"]),
    wrongKeys: z.int(),
    createdAt: time,
    verifiedAt: time,
    suspendedUntil: time,
    previousKey: z.object({ signatureKey: text, until: time }),
    callbackId: text,
    mid: z.int(),
  }),
  subscriptions: z.looseObject({
    subscriptionName: text,
    callbackId: text,
    eventCategoryTypes: z.array(text),
    filters: z.array(text),
    status: text,
    statusReason: text,
    subscriptionId: text,
    mid: z.int(),
  }),
  authentications: z.looseObject({
    authType: text,
    grantType: text,
    authUrl: z.url(),
    clientId: text,
    clientSecret: text,
    username: text,
    password: text,
    scope: text,
    authId: text,
    mid: z.int(),
  }),
};
