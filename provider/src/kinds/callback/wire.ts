import { z } from "zod";
import { httpsUrl, text, wrong } from "../../ens/property";
import { verificationOptions } from "../../verification/options";
import { keySink } from "./key-sink";

export const PATH = "/platform/v1/ens-callbacks";
export const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

const SIZE = "a whole number of events from 100 to 1000";
const VERSION = "a whole number from 1; another one than before makes a new key";

/** What both sides speak. */
const wire = z.strictObject({
  callbackName: text("the name to show in Setup"),
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
    .min(1, { error: (issue) => `is ${issue.input}; give ${VERSION}` })
    .default(1),
  signatureKeySink: keySink.optional(),
  adopt: z
    .enum(["never", "ifUnverified", "always"], { error: `is unknown; give "never", "ifUnverified" or "always"` })
    .optional(),
  onDelete: z
    .enum(["restrict", "cascade", "retain"], { error: `is unknown; give "restrict", "cascade" or "retain"` })
    .optional(),
});

/** Theirs: POST leaves `status` out, and only POST and regenerate tell `signatureKey`. Source: §2.1 to §2.4. */
export const answer = z.object({
  callbackId: z.string().min(1),
  callbackName: z.string(),
  url: z.string(),
  maxBatchSize: z.number().nullish(),
  authId: z.string().nullish(),
  status: z.string().nullish(),
  statusReason: z.string().nullish(),
  signatureKey: z.string().optional(),
});

export type Live = z.output<typeof answer>;
export type Inputs = z.output<typeof inputs>;
/** What ENS is sent when a callback is made. */
export function bodyOf({ callbackName, url, maxBatchSize, authId }: Inputs): object {
  return { callbackName, url, maxBatchSize, ...(authId === undefined ? {} : { authId }) };
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
