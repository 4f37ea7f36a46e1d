/** The routes that a verification takes. Source: ENS REST contract §1, §2.3, §2.6. */
export const VERIFICATION_ROUTES = {
  token: "/v2/token",
  callbacks: "/platform/v1/ens-callbacks",
  verify: "/platform/v1/ens-verify",
} as const;

/** ENS's first POST to a new callback, which is also what it takes to verify that callback. Source: §2.1, §2.6. */
export interface Probe {
  readonly callbackId: string;
  readonly verificationKey: string;
}
