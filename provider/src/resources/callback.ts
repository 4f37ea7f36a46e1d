import * as pulumi from "@pulumi/pulumi";
import type { AuthScheme } from "./auth-scheme";
import { EnsResource, ownerOf, reference } from "./resource";

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
  /** How the callback gets verified, and how long that may take. Default `{ strategy: "receiver" }`. */
  verification?: pulumi.Input<VerificationArgs>;
  /** Whether `url` is tried from here before ENS is asked: trusted certificate, no redirect, 200. Default false. */
  preflight?: pulumi.Input<boolean>;
  /** Default 1. Another number than before makes a new signature key; the old one is `previousSignatureKey` then. */
  signatureKeyVersion?: pulumi.Input<number>;
  /** Keeps the signature key out of the state: it goes there, and the state holds a fingerprint. */
  signatureKeySink?: pulumi.Input<SignatureKeySinkArgs>;
  /**
   * Whether a callback that exists at `url` is taken over: `never` (default), `ifUnverified`, or `always`. The key of a
   * verified one stays with those who made it.
   */
  adopt?: pulumi.Input<"never" | "ifUnverified" | "always">;
  /**
   * What becomes of it when the resource is deleted or replaced, as of the last `pulumi up`. `restrict` (default): it is
   * deleted unless it has subscriptions that are not of this stack; these are named. `cascade`: they are deleted with it,
   * and named. `retain`: it stays in ENS.
   */
  onDelete?: pulumi.Input<"restrict" | "cascade" | "retain">;
}

/** Who gives the verification key back to ENS. */
export type VerificationArgs =
  | ReceiverArgs
  | PullArgs
  | FileArgs
  | CommandArgs
  | ListenerArgs
  | ManualArgs
  | { strategy: pulumi.Input<"none"> };

interface Waiting {
  /** How long to wait, with its unit, `"1s"` to `"4h"`. Default `"5m"`. */
  timeout?: pulumi.Input<string>;
}

/** Your receiver gives the key back by itself, and we wait for it. */
export interface ReceiverArgs extends Waiting {
  strategy?: pulumi.Input<"receiver">;
}

/** Your receiver keeps what ENS posted and hands it out at a protected address. */
export interface PullArgs extends Waiting {
  strategy: pulumi.Input<"pull">;
  /** https; `{callbackId}` in it stands for the id. Answers 404 until the key is there. */
  url: pulumi.Input<string>;
  /** Sent as `Authorization: Bearer`. Secret. */
  bearerToken?: pulumi.Input<string>;
  /** Signs our request. Secret. */
  hmacSecret?: pulumi.Input<string>;
}

/** Somebody writes what ENS posted into a file on this machine. */
export interface FileArgs extends Waiting {
  strategy: pulumi.Input<"file">;
  /** `{callbackId}` in it stands for the id. */
  path: pulumi.Input<string>;
}

/** A program prints the key; the id is in `ENS_CALLBACK_ID`, the url in `ENS_CALLBACK_URL`. */
export interface CommandArgs extends Waiting {
  strategy: pulumi.Input<"command">;
  /** The program and its arguments. There is no shell. */
  command: pulumi.Input<pulumi.Input<string>[]>;
}

/** We are the receiver while the callback is made: a tunnel brings its `url` to this port on this machine. */
export interface ListenerArgs extends Waiting {
  strategy: pulumi.Input<"listener">;
  port: pulumi.Input<number>;
}

/** A person reads the key somewhere: the first run ends with what to do, the next one takes the key. */
export interface ManualArgs {
  strategy: pulumi.Input<"manual">;
  /** Secret. */
  verificationKey?: pulumi.Input<string>;
}

/** Exactly one of the two. */
export interface SignatureKeySinkArgs {
  /** A file for this key alone; only its owner can read it. */
  file?: pulumi.Input<string>;
  /** A program that gets the key on its standard input. */
  command?: pulumi.Input<pulumi.Input<string>[]>;
}

/** What nobody may see among the ways to verify. */
const VERIFICATION_SECRETS = ["bearerToken", "hmacSecret", "verificationKey"];

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
  "previousSignatureKey",
  "signatureKeyFingerprint",
  "preflight",
  "signatureKeyVersion",
  "signatureKeySink",
  "adopt",
  "adopted",
  "authIdShown",
  "onDelete",
  "verificationKeyLost",
  "verifiedAt",
  "generatedName",
  "pendingName",
  "unconfirmed",
  "replaced",
  "owner",
  "createdAt",
  "accountId",
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
  declare readonly verification: pulumi.Output<{ readonly strategy: string; readonly timeout?: string }>;
  /** ENS's word, for example `verified`. */
  declare readonly status: pulumi.Output<string>;
  /** ENS's word; `none` when all is well. */
  declare readonly statusReason: pulumi.Output<string>;
  /**
   * Signs each delivery: 32 bytes in base64. Secret. ENS tells it once: it is not here when it went to the sink, or when
   * the callback was verified before it was taken over.
   */
  declare readonly signatureKey: pulumi.Output<string>;
  /** The key before the last change of `signatureKeyVersion`, so that receivers can take both for a while. Secret. */
  declare readonly previousSignatureKey: pulumi.Output<string | undefined>;
  /** `sha256:` and 16 hex digits of the key that went to the sink. */
  declare readonly signatureKeyFingerprint: pulumi.Output<string | undefined>;
  declare readonly preflight: pulumi.Output<boolean | undefined>;
  declare readonly signatureKeyVersion: pulumi.Output<number>;
  declare readonly signatureKeySink: pulumi.Output<{ readonly file?: string; readonly command?: string[] } | undefined>;
  declare readonly adopt: pulumi.Output<"never" | "ifUnverified" | "always" | undefined>;
  /** Set when its key stayed with those who made it: it was verified before it was taken over, or it was imported. */
  declare readonly adopted: pulumi.Output<boolean | undefined>;
  declare readonly onDelete: pulumi.Output<"restrict" | "cascade" | "retain" | undefined>;
  /** Set when ENS shows which scheme it has: then a scheme that somebody took off is seen. */
  declare readonly authIdShown: pulumi.Output<boolean | undefined>;
  /** Set when nobody can verify it any more: the next `pulumi up` replaces it. */
  declare readonly verificationKeyLost: pulumi.Output<boolean | undefined>;
  /** When it was first seen verified, ISO 8601. */
  declare readonly verifiedAt: pulumi.Output<string>;
  /** The name that was generated because the program gives none. */
  declare readonly generatedName: pulumi.Output<string | undefined>;
  /** The name that it bears in ENS until it is finished: then it gets `callbackName`, and this is gone. */
  declare readonly pendingName: pulumi.Output<string | undefined>;
  /** Set when a change was sent and its answer was lost: the next `pulumi up` sends it again. */
  declare readonly unconfirmed: pulumi.Output<boolean | undefined>;
  /** The callback that this one replaces, with its key, until that is gone: a url that is taken back gets it again. Secret. */
  declare readonly replaced: pulumi.Output<{ readonly callbackId: string } | undefined>;
  /** Which resource this is: project, stack, URN of the parent and name, as JSON. Names are generated from it. */
  declare readonly owner: pulumi.Output<string>;
  /** When it was made, ISO 8601. */
  declare readonly createdAt: pulumi.Output<string>;
  /** The business unit (MID) that it was made in, where the settings or ENS tell it. */
  declare readonly accountId: pulumi.Output<string | undefined>;

  constructor(name: string, args: CallbackArgs, options?: pulumi.CustomResourceOptions) {
    const { authScheme, authId, verification, ...rest } = args;
    const inputs = {
      ...rest,
      verification: hidden(verification),
      owner: ownerOf(name, options?.parent),
      authId: reference({ resource: "authScheme", id: "authId" }, authScheme, authId),
    };
    super("Callback", name, inputs, OUTPUTS, ["signatureKey", "previousSignatureKey", "replaced"], options);
    this.callbackId = this.id; // known in the preview of an update, as no other output is
  }
}

/** All of it is secret when a part is: the mark of a part alone would be lost on the way. */
function hidden(verification: CallbackArgs["verification"]): pulumi.Input<object> | undefined {
  if (verification === undefined) return undefined;
  if (pulumi.Output.isInstance(verification) || verification instanceof Promise) return pulumi.secret(verification);
  return VERIFICATION_SECRETS.some((key) => key in verification) ? pulumi.secret(verification) : verification;
}
