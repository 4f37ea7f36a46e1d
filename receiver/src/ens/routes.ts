/** The routes for a verification. Source: ENS REST contract §1, §2.3, §2.6. */
export const VERIFICATION_ROUTES = {
  token: "/v2/token",
  callbacks: "/platform/v1/ens-callbacks",
  verify: "/platform/v1/ens-verify",
} as const;

/** Body of ENS's verification request, which is also the body of the request that verifies the callback. Source: §2.1, §2.6. */
export interface Probe {
  readonly callbackId: string;
  readonly verificationKey: string;
}
