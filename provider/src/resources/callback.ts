import type * as pulumi from "@pulumi/pulumi";
import type { AuthScheme } from "./auth-scheme";
import { autoName, EnsResource, reference } from "./resource";

export interface CallbackArgs {
  /** Name shown in Setup. Left out, it is made from the resource's name. */
  callbackName?: pulumi.Input<string>;
  /** Where ENS posts events: https, no port, no query. Changing it replaces the callback and so its signature key. */
  url: pulumi.Input<string>;
  /** Most events in one delivery, 100 to 1000. Default 1000. */
  maxBatchSize?: pulumi.Input<number>;
  /** The scheme by which ENS signs in to your system before it delivers. Or `authId`. */
  authScheme?: pulumi.Input<AuthScheme>;
  /** Id of a scheme that is not a resource here. Or `authScheme`. */
  authId?: pulumi.Input<string>;
  /** How the callback gets verified, and how long that may take. */
  verification?: pulumi.Input<VerificationArgs>;
}

export interface VerificationArgs {
  /** `receiver` (default): your receiver gives the verification key back to ENS, and we wait for it. */
  strategy?: pulumi.Input<"receiver">;
  /** How long to wait, with its unit, `"1s"` to `"4h"`. Default `"5m"`. */
  timeout?: pulumi.Input<string>;
}

const OUTPUTS = [
  "callbackId",
  "callbackName",
  "url",
  "maxBatchSize",
  "authId",
  "verification",
  "status",
  "statusReason",
  "signatureKey",
  "verifiedAt",
  "createdAt",
];

/**
 * A webhook endpoint. Once created it is verified and can take subscriptions.
 *
 * ENS posts `{callbackId, verificationKey}` to `url` while it is created, and wants a 200 within 30 s; the key must be
 * given back to ENS within four hours. A callback that is not verified in time is kept; the next `pulumi up` goes on.
 *
 * Source: ENS reference, Create Callback and Verify Callback.
 */
export class Callback extends EnsResource {
  /** ENS's id, also this resource's `id`. Pass it, or the resource, to a `Subscription`, which then comes after. */
  declare readonly callbackId: pulumi.Output<string>;
  declare readonly callbackName: pulumi.Output<string>;
  declare readonly url: pulumi.Output<string>;
  declare readonly maxBatchSize: pulumi.Output<number>;
  declare readonly authId: pulumi.Output<string | undefined>;
  declare readonly verification: pulumi.Output<{ strategy: "receiver"; timeout: string }>;
  /** ENS's word, for example `verified`. */
  declare readonly status: pulumi.Output<string>;
  /** ENS's word; `none` when all is well. */
  declare readonly statusReason: pulumi.Output<string>;
  /** Signs each delivery: 32 bytes in base64. Secret. ENS tells it once. */
  declare readonly signatureKey: pulumi.Output<string>;
  /** When it was first seen verified, ISO 8601. */
  declare readonly verifiedAt: pulumi.Output<string>;
  /** When it was made, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: CallbackArgs, options?: pulumi.CustomResourceOptions) {
    const { authScheme, authId, callbackName, ...rest } = args;
    const inputs = {
      ...rest,
      callbackName: callbackName ?? autoName(name, args.url, options?.parent),
      authId: reference({ resource: "authScheme", id: "authId" }, authScheme, authId),
    };
    super("Callback", name, inputs, OUTPUTS, ["signatureKey"], options);
    this.callbackId = this.id; // known in the preview of an update, as no other output is
  }
}
