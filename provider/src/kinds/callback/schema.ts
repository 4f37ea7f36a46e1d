import { z } from "zod";
import { wrong } from "../../validation/problem";
import { choice, httpsUrl, nameText, text } from "../../validation/validators";
import { verificationOptions } from "../../verification/options";
import type { Named } from "../kind";
import { keySink } from "./key-sink";

const SIZE = "a whole number of events from 100 to 1000";
const VERSION = "a whole number from 1; another one than before makes a new key";

/** What both sides speak. */
const wire = z.strictObject({
  callbackName: nameText("the name to show in Setup").optional(),
  url: httpsUrl("https://host/path of your receiver", { port: false, query: false }),
  maxBatchSize: z
    .int({ error: (issue) => wrong(issue.input, SIZE) })
    .min(100, { error: (issue) => `is ${issue.input}, below 100; give ${SIZE}` })
    .max(1000, { error: (issue) => `is ${issue.input}, above 1000; give ${SIZE}` })
    .default(1000),
  authId: text("the authId of an AuthScheme, or leave it out").optional(),
});

/** With what is ours and never sent. */
export const inputs = wire.extend({
  verification: verificationOptions.prefault({}),
  preflight: z.boolean({ error: (issue) => wrong(issue.input, "true or false") }).optional(),
  signatureKeyVersion: z
    .int({ error: (issue) => wrong(issue.input, VERSION) })
    .min(1, { error: (issue) => `is ${issue.input}, below 1; give ${VERSION}` })
    .default(1),
  signatureKeySink: keySink.optional(),
  adopt: choice(["never", "ifUnverified", "always"]).optional(),
  onDelete: choice(["restrict", "cascade", "retain"]).optional(),
  owner: z.string().optional(),
  autoNamed: z.literal(true).optional(),
  ignoredPaths: z.array(z.string()).optional(),
});

export type Inputs = Named<z.output<typeof inputs>, "callbackName">;
/** What a later run needs to take back a callback that this one has replaced. */
export interface Replaced {
  readonly callbackId: string;
  readonly signatureKey?: string;
  readonly previousSignatureKey?: string;
  readonly signatureKeyFingerprint?: string;
  readonly signatureKeyVersion?: number;
  readonly verifiedAt?: string;
  readonly adopted?: boolean;
}

export interface CallbackState extends Inputs {
  callbackId: string;
  status: string;
  statusReason: string;
  /** Absent when it went to a sink, or when a verified callback was adopted: ENS tells a key once. */
  signatureKey?: string;
  /** The key before the last rotation. */
  previousSignatureKey?: string;
  /** Of the key that went to a sink. */
  signatureKeyFingerprint?: string;
  /** It was verified before this stack had it, or imported, so its key is with those who made it. */
  adopted?: boolean;
  /** ENS shows which scheme it has. */
  authIdShown?: boolean;
  /** When it was first seen verified, ISO 8601. Absent until then. */
  verifiedAt?: string;
  /** Nobody can verify it any more: ENS posts a verification key once, and takes it for four hours. */
  verificationKeyLost?: boolean;
  /** The name that it bears in ENS until it is finished: then it gets `callbackName`, and this is gone. */
  pendingName?: string;
  /** A change was sent, and nobody knows whether ENS took it: the next update sends it again. */
  unconfirmed?: boolean;
  /** The callback that this one replaces, until that is gone. Holds its key. */
  replaced?: Replaced;
  /** When it was made, ISO 8601. */
  createdAt?: string;
}

/** What is known of a callback and not asked for by a program: an input that it leaves out now is not there any more. */
export function besidesInputs(state: CallbackState): object {
  return Object.fromEntries(Object.entries(state).filter(([key]) => !Object.hasOwn(inputs.shape, key)));
}

/** Nobody can verify it any more, so that it never takes a subscription. */
export function unverifiable({ verificationKeyLost, verifiedAt }: CallbackState): boolean {
  return verificationKeyLost === true && verifiedAt === undefined;
}
