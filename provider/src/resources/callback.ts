import * as pulumi from "@pulumi/pulumi";
import { callback } from "../properties/callback";
import type { Strategy, strategies } from "../properties/verification";
import type { ArgsOf, OutputsOf, VariantArgs } from "./args";
import type { AuthScheme } from "./auth-scheme";
import { requireArgs } from "./program-error";
import { Registration, reference } from "./registration";

export interface CallbackArgs extends ArgsOf<typeof callback> {
  /** The scheme by which ENS signs in to your system before it delivers. Or `authId`. */
  authScheme?: pulumi.Input<AuthScheme>;
}

/** Who gives the verification key back to ENS. */
export type VerificationArgs<Word extends Strategy = Strategy> = VariantArgs<
  "strategy",
  typeof strategies,
  "receiver",
  Word
>;
/** Your receiver gives the key back by itself, and we wait for it. */
export type ReceiverArgs = VerificationArgs<"receiver">;
/** Your receiver keeps what ENS posted and hands it out at a protected address. */
export type PullArgs = VerificationArgs<"pull">;
/** Somebody writes what ENS posted into a file on this machine. */
export type FileArgs = VerificationArgs<"file">;
/** A program prints the key; the id is in `ENS_CALLBACK_ID`, the url in `ENS_CALLBACK_URL`. */
export type CommandArgs = VerificationArgs<"command">;
/** We are the receiver while the callback is made: a tunnel brings its `url` to this port on this machine. */
export type ListenerArgs = VerificationArgs<"listener">;
/** A person reads the key somewhere: the first run ends with what to do, the next one takes the key. */
export type ManualArgs = VerificationArgs<"manual">;

/** Where the signature key goes instead of the state: exactly one of the two. */
export type SignatureKeySinkArgs = ArgsOf<(typeof callback)["signatureKeySink"]["type"]["properties"]>;

export interface Callback extends OutputsOf<typeof callback> {}

/**
 * A webhook endpoint. Once created it is verified and can take subscriptions.
 *
 * ENS posts `{callbackId, verificationKey}` to `url` while it is created, and wants a 200 within 30 s; the key must be
 * given back to ENS within four hours. A callback that is not verified in time is kept; the next `pulumi up` goes on.
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
