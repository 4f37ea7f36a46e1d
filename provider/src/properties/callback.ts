import { named } from "./common";
import {
  choice,
  extend,
  flag,
  form,
  httpsUrl,
  integer,
  nameText,
  program,
  shape,
  table,
  text,
  variants,
} from "./types";
import { strategies } from "./verification";

const sink = table({
  /** A file for this key alone; only its owner can read it. */
  file: { type: text("the file to write the key into"), input: "optional" },
  /** A program that gets the key on its standard input. */
  command: { type: program, input: "optional" },
});

/** A signature key and what is known about it, as a state holds it. */
export interface KnownKey {
  readonly signatureKey?: string;
  readonly previousSignatureKey?: string;
  readonly signatureKeyFingerprint?: string;
  readonly signatureKeyVersion?: number;
}
export const KEY_FACTS = [
  "signatureKey",
  "previousSignatureKey",
  "signatureKeyFingerprint",
  "signatureKeyVersion",
] as const satisfies readonly (keyof KnownKey)[];

/** What a later run needs to take back a callback that this one has replaced. */
export interface Replaced extends KnownKey {
  readonly callbackId: string;
  readonly verifiedAt?: string;
  readonly adopted?: boolean;
}
export const REPLACED_FACTS = [...KEY_FACTS, "verifiedAt", "adopted"] as const satisfies readonly (keyof Replaced)[];

const own = table({
  /** ENS's id, also this resource's `id`. Pass it, or the resource, to a `Subscription`, which then comes after. */
  callbackId: { type: text("an id"), identity: "same", output: "always", ens: "told" },
  /** Name shown in Setup. Left out, it is made from the resource's name. */
  callbackName: {
    type: nameText("the name to show in Setup"),
    input: "optional",
    output: "always",
    ens: "stored",
    unique: true,
  },
  /** Where ENS posts events: https, no port, no query. Changing it replaces the callback and so its signature key. */
  url: {
    type: httpsUrl("https://host/path of your receiver", {}),
    input: "required",
    ens: "fixed",
    replaces: true,
    unique: true,
  },
  /**
   * Most events in one delivery, 100 to 1000.
   * @default 1000
   */
  maxBatchSize: {
    type: integer("a whole number of events from 100 to 1000", 100, 1000),
    input: "optional",
    default: 1000,
    ens: "stored",
  },
  /** Id of the scheme by which ENS signs in to your system before it delivers. Or `authScheme`. */
  authId: {
    type: text("the authId of an AuthScheme, or leave it out"),
    reference: "authScheme",
    input: "optional",
    ens: "switched",
  },
  /**
   * How the callback gets verified, and how long that may take.
   * @default { strategy: "receiver", timeout: "5m" }
   */
  verification: { type: variants("strategy", strategies, "receiver"), input: "optional", default: {}, compared: false },
  /**
   * Whether `url` is tried from here before ENS is asked: trusted certificate, no redirect, 200.
   * @default false
   */
  preflight: { type: flag, input: "optional", absent: false, compared: false },
  /**
   * Another number than before makes a new signature key; the old one is `previousSignatureKey` then.
   * @default 1
   */
  signatureKeyVersion: {
    type: integer("a whole number from 1; another one than before makes a new key", 1),
    input: "optional",
    default: 1,
  },
  /** Keeps the signature key out of the state: it goes there, and the state holds a fingerprint. */
  signatureKeySink: {
    type: shape(`{ file: "path" } or { command: ["program", "argument"] }`, sink, true),
    input: "optional",
  },
  /**
   * Whether a callback that exists at `url` is taken over: `never`, `ifUnverified`, or `always`. The key of a verified one
   * stays with those who made it.
   * @default "never"
   */
  adopt: { type: choice(["never", "ifUnverified", "always"]), input: "optional", absent: "never", compared: false },
  /**
   * What becomes of the callback when the resource is deleted or replaced, as of the last `pulumi up`. `restrict`: it
   * is deleted unless it has subscriptions that are not of this stack; these are named. `cascade`: they are deleted with it,
   * and named. `retain`: it stays in ENS.
   * @default "restrict"
   */
  onDelete: { type: choice(["restrict", "cascade", "retain"]), input: "optional", absent: "restrict" },
  /** ENS's word, for example `verified`. */
  status: { type: text("a status"), output: "always", ens: "told" },
  /** ENS's word; `none` when all is well. */
  statusReason: { type: text("a reason"), output: "always", ens: "told" },
  /**
   * Signs each delivery: 32 bytes in base64. ENS tells it once: it is not here when it went to the sink, or when the
   * callback was verified before it was taken over. Secret.
   */
  signatureKey: { type: text("a key"), output: "finished", ens: "told", secret: true },
  /** The key before the last change of `signatureKeyVersion`, so that receivers can take both for a while. Secret. */
  previousSignatureKey: { type: text("a key"), secret: true },
  /** `sha256:` and 16 hex digits of the key that went to the sink. */
  signatureKeyFingerprint: { type: text("a fingerprint") },
  /** Set when its key stayed with those who made it: it was verified before it was taken over, or it was imported. */
  adopted: { type: flag },
  /** Set when ENS shows which scheme it has: then a scheme that somebody took off is seen. */
  authIdShown: { type: flag },
  /** Set when nobody can verify it any more: the next `pulumi up` replaces it. */
  verificationKeyLost: { type: flag },
  /** When it was first seen verified, ISO 8601. */
  verifiedAt: { type: text("a time"), output: "finished" },
  /** The name that it bears in ENS until it is finished: then it gets `callbackName`, and this is gone. */
  pendingName: { type: text("a name") },
  /** The callback that this one replaces, with its key, until that is gone: a url that is taken back gets it again. Secret. */
  replaced: { type: form<Replaced>().of("replaced"), secret: true },
});

/** The properties of a callback. Source: ENS REST contract §2.1 to §2.7, §3. */
export const callback: typeof own & typeof named = extend(own, named);
