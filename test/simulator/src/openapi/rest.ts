import { z } from "zod";

/**
 * Request and response bodies of ENS as the simulator accepts and returns them with the default switches. This is a
 * description for readers and tools. The rules themselves are in `api/`. Source: ENS REST contract §1, §2, §5.2.
 */
export interface Operation {
  readonly summary: string;
  readonly body?: z.ZodType;
  /** Response bodies by status, `null` for none. Statuses that every route can return are omitted. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
}

const id = z.guid();
const names = z.array(z.string());

export const refusal = z
  .looseObject({ message: z.string(), errorcode: z.int(), documentation: z.string() })
  .describe("An error.");
const oauthRefusal = z
  .object({ error: z.string(), error_description: z.string(), error_uri: z.string() })
  .describe("An error of the token endpoint.");

const callbackWanted = z.object({
  callbackName: z.string().min(1),
  url: z.url().describe("https URL without port and query."),
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
  status: z.string().describe("`verified`, or the status of an unverified callback."),
  statusReason: z.string(),
  authId: id.optional(),
});

const subscriptionWanted = z.object({
  subscriptionName: z.string().min(1),
  callbackId: id,
  eventCategoryTypes: names.min(1),
  filters: names.optional().describe("`key=value`. All filters must match."),
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

/** Operations by method and path below `/platform/v1/`, as in the route table. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "POST ens-callbacks": {
    summary: "Creates callbacks. Each URL gets a verification request before the response.",
    body: z.array(callbackWanted),
    answers: { 201: z.array(callbackMade), 304: null, 409: refusal },
  },
  "GET ens-callbacks": { summary: "All callbacks of the business unit.", answers: { 200: z.array(callback) } },
  "GET ens-callbacks/{id}": { summary: "One callback.", answers: { 200: callback } },
  "PUT ens-callbacks": {
    summary: "Updates callbacks. The response has the shape of the request.",
    body: oneOrMore(callbackChange),
    answers: { 200: oneOrMore(callbackChanged), 201: oneOrMore(callbackChanged), 304: null, 409: refusal },
  },
  "DELETE ens-callbacks/{id}": {
    summary: "Deletes a callback without subscriptions.",
    answers: { 200: null, 409: refusal },
  },
  "POST ens-verify": {
    summary: "Verifies a callback with the key of the verification request.",
    body: z.object({ callbackId: id, verificationKey: z.string().min(1) }),
    answers: { 200: null },
  },
  "PUT ens-regenerate": {
    summary: "Rotates signature keys.",
    body: z.array(z.object({ callbackId: id })),
    answers: { 200: z.array(z.object(withKey)) },
  },
  "POST ens-subscriptions": {
    summary: "Creates subscriptions of verified callbacks to event types.",
    body: z.array(subscriptionWanted),
    answers: { 201: z.array(subscriptionMade), 304: null, 409: refusal },
  },
  "GET ens-subscriptions/{id}": { summary: "One subscription.", answers: { 200: subscription } },
  "GET ens-subscriptions-by-cb/{id}": {
    summary: "The subscriptions of a callback.",
    answers: { 200: z.array(subscription) },
  },
  "PUT ens-subscriptions": {
    summary: "Updates, pauses or resumes subscriptions. The response has the shape of the request.",
    body: oneOrMore(subscriptionChange),
    answers: { 200: oneOrMore(subscription), 304: null, 409: refusal },
  },
  "DELETE ens-subscriptions/{id}": { summary: "Deletes a subscription.", answers: { 200: null } },
  "POST ens-authentications": {
    summary: "Creates auth schemes after a token request to `authUrl`. All request formats are assumed.",
    body: oneOrMore(schemeWanted),
    answers: { 201: oneOrMore(scheme) },
  },
  "PUT ens-authentications": {
    summary: "Replaces auth schemes after a token request to `authUrl`. All request formats are assumed.",
    body: oneOrMore(schemeWanted.extend({ authId: id })),
    answers: { 200: oneOrMore(scheme) },
  },
  "DELETE ens-authentications/{id}": {
    summary: "Deletes an auth scheme that no callback uses. Assumed.",
    answers: { 200: null, 409: refusal },
  },
  "PUT ens-authentications/{id}": {
    summary: "Replaces an auth scheme if the switch `authPutIdIn` is `path`. Returns 404 otherwise.",
    body: oneOrMore(schemeWanted),
    answers: { 200: oneOrMore(scheme) },
  },
  "DELETE ens-authentications": {
    summary: "Deletes an auth scheme if the switch `authDeleteIdIn` is `body`. Returns 404 otherwise.",
    body: oneOrMore(z.object({ authId: id })),
    answers: { 200: null, 409: refusal },
  },
  "GET ens-authentications": {
    summary: "All auth schemes if the switch `authGet` is `on`. Returns 404 or 405 otherwise.",
    answers: { 200: z.array(scheme), 405: refusal },
  },
  "GET ens-authentications/{id}": {
    summary: "One auth scheme if the switch `authGet` is `on`. Returns 404 or 405 otherwise.",
    answers: { 200: scheme, 405: refusal },
  },
  "GET rest": {
    summary: "The methods of this section of the platform.",
    answers: { 200: z.object({ items: z.array(z.object({ method: z.string(), uri: z.string() })) }) },
  },
  "GET tokenContext": {
    summary: "The business unit of the token.",
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
