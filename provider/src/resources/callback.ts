import * as pulumi from "@pulumi/pulumi";
import { callback } from "../properties/callback";
import type { Strategy, strategies } from "../properties/verification";
import type { ArgsOf, OutputsOf, VariantArgs } from "./args";
import type { AuthScheme } from "./auth-scheme";
import { requireArgs } from "./program-error";
import { Registration, reference } from "./registration";

export interface CallbackArgs extends ArgsOf<typeof callback> {
  /**
   * Auth scheme with which ENS gets a token from your authorization server before it delivers events. Set either
   * `authScheme` or `authId`.
   */
  authScheme?: pulumi.Input<AuthScheme>;
}

/** How the verification key is returned to ENS. */
export type VerificationArgs<Word extends Strategy = Strategy> = VariantArgs<
  "strategy",
  typeof strategies,
  "receiver",
  Word
>;
/** Your receiver returns the verification key to ENS, and the provider waits for the verification. */
export type ReceiverArgs = VerificationArgs<"receiver">;
/** Your receiver stores the body of the verification request, and the provider reads it from a protected URL. */
export type PullArgs = VerificationArgs<"pull">;
/** Another process writes the body of the verification request to a file on this machine, and the provider reads it. */
export type FileArgs = VerificationArgs<"file">;
/**
 * A program prints the verification key. Its environment contains the id of the callback as `ENS_CALLBACK_ID` and the
 * URL as `ENS_CALLBACK_URL`.
 */
export type CommandArgs = VerificationArgs<"command">;
/**
 * The provider receives the verification request itself while it creates the callback. A tunnel must forward `url` to
 * `port` on this machine.
 */
export type ListenerArgs = VerificationArgs<"listener">;
/** A person copies the verification key. The first run fails with instructions, and the next run uses the key. */
export type ManualArgs = VerificationArgs<"manual">;

/** Key sink: where to write the signature key instead of the state. Set exactly one of the two properties. */
export type SignatureKeySinkArgs = ArgsOf<(typeof callback)["signatureKeySink"]["type"]["properties"]>;

export interface Callback extends OutputsOf<typeof callback> {}

/**
 * A URL to which ENS delivers events. The callback is verified when it is created, and then accepts subscriptions.
 *
 * ENS posts `{callbackId, verificationKey}` to `url` while it creates the callback, and expects 200 within 30 s. The
 * verification key must be returned to ENS within four hours. A callback that is not verified in time is kept, and the
 * next `pulumi up` continues the verification.
 *
 * Source: ENS reference, Create Callback and Verify Callback.
 */
export class Callback extends pulumi.CustomResource {
  constructor(name: string, args: CallbackArgs, options?: pulumi.CustomResourceOptions) {
    const example = '{ url: "https://hooks.example.org/orders" }';
    const { authScheme, authId, ...rest } = requireArgs("Callback", name, args, example);
    const id = reference({ kind: "Callback", name }, { resource: "authScheme", id: "authId" }, authScheme, authId);
    const inputs = { ...rest, authId: id };
    const registration = new Registration("Callback", callback, name, inputs, options);
    try {
      super(...registration.parameters);
    } catch (error) {
      throw registration.restoreTrace(error, new.target);
    } finally {
      registration.end();
    }
    registration.setIds(this);
  }
}
