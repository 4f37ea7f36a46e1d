import { z } from "zod";

/**
 * Bodies of ENS as the simulator takes and gives them with all switches as they are at first. The rules themselves are
 * in `api/`; this is their description for readers and tools. Source: ENS REST contract §1, §2, §5.2.
 */
export interface Operation {
  readonly summary: string;
  readonly body?: z.ZodType;
  /** Bodies of answers by status; `null` is none. Those of every route are left out. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
}

const id = z.guid();
const names = z.array(z.string());

export const refusal = z
  .looseObject({ message: z.string(), errorcode: z.int(), documentation: z.string() })
  .describe("A refusal.");
const oauthRefusal = z
  .object({ error: z.string(), error_description: z.string(), error_uri: z.string() })
  .describe("A refusal of the token endpoint.");

const callbackWanted = z.object({
  callbackName: z.string().min(1),
  url: z.url().describe("https, without port and query."),
  maxBatchSize: z.int().min(100).max(1000).optional(),
  authId: id.optional(),
});
const callbackChange = z.object({
  callbackId: id,
  callbackName: z.string().min(1),
  maxBatchSize: z.int().min(100).max(1000).optional(),
  authId: id.nullable().optional(),
});
const withKey = { callbackId: id, callbackName: z.string(), url: z.string(), signatureKey: z.string() };
const callbackMade = z.object({ ...withKey, maxBatchSize: z.int() });
const callbackChanged = z.object({
  callbackId: id,
  callbackName: z.string(),
  url: z.string(),
  maxBatchSize: z.int(),
});
const callback = callbackChanged.extend({
  status: z.string().describe("`verified`, or what an unverified callback is called."),
  statusReason: z.string(),
  authId: id.optional(),
});

const subscriptionWanted = z.object({
  subscriptionName: z.string().min(1),
  callbackId: id,
  eventCategoryTypes: names.min(1),
  filters: names.optional().describe("`key=value`; all must hold."),
});
const subscriptionChange = z.object({
  subscriptionId: id,
  eventCategoryTypes: names.min(1),
  subscriptionName: z.string().min(1).optional(),
  filters: names.optional(),
  status: z.enum(["active", "paused"]).optional(),
  statusReason: z.string().optional(),
});
const subscriptionMade = z.object({
  subscriptionId: id,
  subscriptionName: z.string(),
  callbackId: id,
  callbackName: z.string(),
  eventCategoryTypes: names,
  filters: names,
  status: z.string(),
});
const subscription = subscriptionMade.extend({ url: z.string(), maxBatchSize: z.int(), statusReason: z.string() });

const schemeWanted = z.object({
  authType: z.literal("oauth2"),
  grantType: z.enum(["client_credentials", "password"]),
  authUrl: z.url(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  username: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  scope: z.string().optional(),
});
const scheme = z.object({ authId: id, authType: z.string(), grantType: z.string(), authUrl: z.string() });
const oneOrMore = (item: z.ZodType) => z.union([item, z.array(item)]);

/** By method and path below `/platform/v1/`, as in the route table. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "POST ens-callbacks": {
    summary: "Registers callbacks. Each url is probed before the answer.",
    body: z.array(callbackWanted),
    answers: { 201: z.array(callbackMade), 304: null, 409: refusal },
  },
  "GET ens-callbacks": { summary: "All callbacks of the business unit.", answers: { 200: z.array(callback) } },
  "GET ens-callbacks/{id}": { summary: "One callback.", answers: { 200: callback } },
  "PUT ens-callbacks": {
    summary: "Changes callbacks; the answer has the shape of the request.",
    body: oneOrMore(callbackChange),
    answers: { 200: oneOrMore(callbackChanged), 201: oneOrMore(callbackChanged), 304: null, 409: refusal },
  },
  "DELETE ens-callbacks/{id}": {
    summary: "Deletes a callback without subscriptions.",
    answers: { 200: null, 409: refusal },
  },
  "POST ens-verify": {
    summary: "Gives back what the probe brought.",
    body: z.object({ callbackId: id, verificationKey: z.string().min(1) }),
    answers: { 200: null },
  },
  "PUT ens-regenerate": {
    summary: "Makes new signature keys.",
    body: z.array(z.object({ callbackId: id })),
    answers: { 200: z.array(z.object(withKey)) },
  },
  "POST ens-subscriptions": {
    summary: "Subscribes verified callbacks to event types.",
    body: z.array(subscriptionWanted),
    answers: { 201: z.array(subscriptionMade), 304: null, 409: refusal },
  },
  "GET ens-subscriptions/{id}": { summary: "One subscription.", answers: { 200: subscription } },
  "GET ens-subscriptions-by-cb/{id}": {
    summary: "The subscriptions of a callback.",
    answers: { 200: z.array(subscription) },
  },
  "PUT ens-subscriptions": {
    summary: "Changes, pauses or resumes subscriptions; the answer has the shape of the request.",
    body: oneOrMore(subscriptionChange),
    answers: { 200: oneOrMore(subscription), 304: null, 409: refusal },
  },
  "DELETE ens-subscriptions/{id}": { summary: "Deletes a subscription.", answers: { 200: null } },
  "POST ens-authentications": {
    summary: "Makes auth schemes; a token is asked for at `authUrl` first. All shapes are assumed.",
    body: oneOrMore(schemeWanted),
    answers: { 201: oneOrMore(scheme) },
  },
  "PUT ens-authentications": {
    summary: "Replaces auth schemes; a token is asked for at `authUrl` first. All shapes are assumed.",
    body: oneOrMore(schemeWanted.extend({ authId: id })),
    answers: { 200: oneOrMore(scheme) },
  },
  "DELETE ens-authentications/{id}": {
    summary: "Deletes a scheme that no callback uses. Assumed.",
    answers: { 200: null, 409: refusal },
  },
  "PUT ens-authentications/{id}": {
    summary: "Replaces a scheme where the switch `authPutIdIn` is `path`; 404 otherwise.",
    body: oneOrMore(schemeWanted),
    answers: { 200: oneOrMore(scheme) },
  },
  "DELETE ens-authentications": {
    summary: "Deletes a scheme where the switch `authDeleteIdIn` is `body`; 404 otherwise.",
    body: oneOrMore(z.object({ authId: id })),
    answers: { 200: null, 409: refusal },
  },
  "GET ens-authentications": {
    summary: "All schemes, with the switch `authGet`; 404 or 405 without.",
    answers: { 200: z.array(scheme), 405: refusal },
  },
  "GET ens-authentications/{id}": {
    summary: "One scheme, with the switch `authGet`; 404 or 405 without.",
    answers: { 200: scheme, 405: refusal },
  },
  "GET rest": {
    summary: "The methods of the platform section.",
    answers: { 200: z.object({ items: z.array(z.object({ method: z.string(), uri: z.string() })) }) },
  },
  "GET tokenContext": {
    summary: "Which business unit the token is for.",
    answers: {
      200: z.object({
        enterprise: z.object({ id: z.int() }),
        organization: z.object({ id: z.int() }),
        user: z.object({ id: z.int() }),
      }),
    },
  },
};

export const TOKEN: Operation = {
  summary: "Issues an access token.",
  body: z.object({
    grant_type: z.literal("client_credentials"),
    client_id: z.string(),
    client_secret: z.string(),
    account_id: z.union([z.int(), z.string()]).optional(),
    scope: z.string().optional(),
  }),
  answers: {
    200: z.looseObject({
      access_token: z.string(),
      token_type: z.literal("Bearer"),
      expires_in: z.int(),
      scope: z.string(),
      soap_instance_url: z.string(),
      rest_instance_url: z.string(),
    }),
    400: oauthRefusal,
    401: oauthRefusal,
    429: refusal,
  },
};
