/** The routes of ENS and what is sent there, in plain types: nothing here loads zod. Source: ENS REST contract §1, §2, §5. */

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

/** Source: ENS REST contract §2.1. */
export interface NewCallback {
  readonly callbackName: string;
  readonly url: string;
  readonly maxBatchSize: number;
  readonly authId?: string | undefined;
}

/** What is left out of a change may be reset; `authId: null` takes the scheme off. Source: §2.4, §11 #8, #13. */
export interface CallbackChange extends Omit<NewCallback, "url" | "authId"> {
  readonly callbackId: string;
  readonly authId?: string | null | undefined;
}

/** Source: ENS REST contract §2.8. */
export interface NewSubscription {
  readonly subscriptionName: string;
  readonly callbackId: string;
  readonly eventCategoryTypes: readonly string[];
  readonly filters: readonly string[];
}

/** ENS wants all of it even for a change of one property, except the status and its reason. Source: §2.11, §11 #28. */
export interface SubscriptionChange extends Omit<NewSubscription, "callbackId"> {
  readonly subscriptionId: string;
  readonly status?: string;
  readonly statusReason?: string;
}
