/** Routes and request bodies of ENS as plain types, without zod. Source: ENS REST contract §1, §2, §5. */

import { VERIFICATION_ROUTES } from "pulumi-ens-receiver/internal";

export type { Probe } from "pulumi-ens-receiver/internal";

const item = (path: string) => (id: string) => `${path}/${encodeURIComponent(id)}`;

const BASE = "/platform/v1";
const { callbacks: CALLBACKS, token, verify } = VERIFICATION_ROUTES;
const SUBSCRIPTIONS = `${BASE}/ens-subscriptions`;
const AUTH_SCHEMES = `${BASE}/ens-authentications`;

export const routes = {
  token,
  tokenContext: `${BASE}/tokenContext`,
  callbacks: CALLBACKS,
  callback: item(CALLBACKS),
  verify,
  regenerate: `${BASE}/ens-regenerate`,
  subscriptions: SUBSCRIPTIONS,
  subscription: item(SUBSCRIPTIONS),
  subscriptionsOf: item(`${BASE}/ens-subscriptions-by-cb`),
  authSchemes: AUTH_SCHEMES,
  authScheme: item(AUTH_SCHEMES),
} as const;

/** Body of the request that creates a callback. Source: ENS REST contract §2.1. */
export interface NewCallback {
  readonly callbackName: string;
  readonly url: string;
  readonly maxBatchSize: number;
  readonly authId?: string | undefined;
}

/**
 * Body of the request that updates a callback. ENS may reset properties that are missing. `authId: null` detaches the auth
 * scheme. Source: §2.4, §11 #8, #13.
 */
export interface CallbackChange extends Omit<NewCallback, "url" | "authId"> {
  readonly callbackId: string;
  readonly authId?: string | null | undefined;
}

/** Body of the request that creates a subscription. Source: ENS REST contract §2.8. */
export interface NewSubscription {
  readonly subscriptionName: string;
  readonly callbackId: string;
  readonly eventCategoryTypes: readonly string[];
  readonly filters: readonly string[];
}

/**
 * Body of the request that updates a subscription. All properties except the status and its reason are required, even to
 * change a single one. Source: §2.11, §11 #28.
 */
export interface SubscriptionChange extends Omit<NewSubscription, "callbackId"> {
  readonly subscriptionId: string;
  readonly status?: string;
  readonly statusReason?: string;
}
