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
  /** Path of a file for this key alone. Only the owner of the file can read it. */
  file: { type: text("the path of the file for the key"), input: "optional" },
  /**
   * Program and its arguments. The program reads the key from its standard input. The environment variable
   * `ENS_CALLBACK_ID` contains the id of the callback. No shell is used.
   */
  command: { type: program, input: "optional" },
});

/** A signature key and the facts about it, as a state stores them. */
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

/** What the state stores of a replaced callback, so that a later run can manage the old callback again. */
export interface Replaced extends KnownKey {
  readonly callbackId: string;
  readonly verifiedAt?: string;
  readonly adopted?: boolean;
}
export const REPLACED_FACTS = [...KEY_FACTS, "verifiedAt", "adopted"] as const satisfies readonly (keyof Replaced)[];

const own = table({
  /**
   * Id of the callback in ENS, and the `id` of this resource. Pass the id or the resource to a `Subscription`, which
   * Pulumi then creates after the callback.
   */
  callbackId: { type: text("an id"), identity: "same", output: "always", ens: "told" },
  /** Name that Setup shows. Generated from the name of the resource if it is not set. */
  callbackName: {
    type: nameText("the name to show in Setup"),
    input: "optional",
    output: "always",
    ens: "stored",
    unique: true,
  },
  /**
   * URL to which ENS delivers events: https, without a port and without a query. Changing the URL creates a callback
   * with a new signature key.
   */
  url: {
    type: httpsUrl("https://host/path of your receiver", {}),
    input: "required",
    ens: "fixed",
    replaces: true,
    unique: true,
  },
  /**
   * Maximum number of events in one delivery, 100 to 1000.
   * @default 1000
   */
  maxBatchSize: {
    type: integer("a whole number of events from 100 to 1000", 100, 1000),
    input: "optional",
    default: 1000,
    ens: "stored",
  },
  /**
   * Id of the auth scheme with which ENS gets a token from your authorization server before it delivers events. Set
   * either `authId` or `authScheme`.
   */
  authId: {
    type: text("the authId of an AuthScheme, or leave it out"),
    reference: "authScheme",
    input: "optional",
    ens: "switched",
  },
  /**
   * How the callback is verified, and how long the provider waits for the verification.
   * @default { strategy: "receiver", timeout: "5m" }
   */
  verification: { type: variants("strategy", strategies, "receiver"), input: "optional", default: {}, compared: false },
  /**
   * Whether to test `url` before the callback is created. The receiver must return 200 within 10 s, without a redirect
   * and with a trusted certificate. If the test fails, no request is sent to ENS.
   * @default false
   */
  preflight: { type: flag, input: "optional", absent: false, compared: false },
  /**
   * Change this number to rotate the signature key. Without a key sink, the old key is then in `previousSignatureKey`.
   * @default 1
   */
  signatureKeyVersion: {
    type: integer("a whole number from 1; a new number rotates the signature key", 1),
    input: "optional",
    default: 1,
  },
  /** Key sink: where to write the signature key instead of the state. The state then contains only a fingerprint. */
  signatureKeySink: {
    type: shape(`{ file: "path" } or { command: ["program", "argument"] }`, sink, true),
    input: "optional",
  },
  /**
   * Whether to adopt an existing callback at `url`: `never`, `ifUnverified` (only an unverified callback without
   * subscriptions), or `always`. A callback that is already verified keeps its signature key, which ENS does not return
   * again.
   * @default "never"
   */
  adopt: { type: choice(["never", "ifUnverified", "always"]), input: "optional", absent: "never", compared: false },
  /**
   * What happens to the callback in ENS when the resource is deleted or replaced. The value of the last `pulumi up`
   * applies. `restrict` deletes the callback, but fails and names the subscriptions if any from outside this stack use
   * it. `cascade` also deletes these subscriptions and names each of them in a warning. `retain` keeps the callback in
   * ENS.
   * @default "restrict"
   */
  onDelete: { type: choice(["restrict", "cascade", "retain"]), input: "optional", absent: "restrict" },
  /** Status that ENS reports, for example `verified`. */
  status: { type: text("a status"), output: "always", ens: "told" },
  /** Reason for the status that ENS reports. `none` if ENS reports no problem. */
  statusReason: { type: text("a reason"), output: "always", ens: "told" },
  /**
   * Key that signs each delivery: 32 bytes in base64. ENS returns the key only once. The output is not set if the key
   * was written to a key sink, or if the callback was already verified when it was adopted. Secret.
   */
  signatureKey: { type: text("a key"), output: "finished", ens: "told", secret: true },
  /** Signature key before the last rotation, so that receivers can accept both keys for a while. Secret. */
  previousSignatureKey: { type: text("a key"), secret: true },
  /** `sha256:` and the first 16 hex digits of the SHA-256 hash of the signature key in the key sink. */
  signatureKeyFingerprint: { type: text("a fingerprint") },
  /**
   * Set if this stack does not have the signature key, because the callback was imported or adopted after verification.
   */
  adopted: { type: flag },
  /** Set if ENS shows the auth scheme of the callback. A refresh can then detect that somebody detached the scheme. */
  authIdShown: { type: flag },
  /** Set if the callback can no longer be verified. The next `pulumi up` replaces the callback. */
  verificationKeyLost: { type: flag },
  /** Time at which the callback was first seen as verified, ISO 8601. */
  verifiedAt: { type: text("a time"), output: "finished" },
  /**
   * Name of the callback in ENS while it is pending. A finished callback has `callbackName` in ENS and not this output.
   */
  pendingName: { type: text("a name") },
  /**
   * The replaced callback with its signature key, until that callback is deleted. If the program returns to the old
   * `url` before then, the resource manages the old callback again. Secret.
   */
  replaced: { type: form<Replaced>().of("replaced"), secret: true },
});

/** Properties of a callback. Source: ENS REST contract §2.1 to §2.7, §3. */
export const callback: typeof own & typeof named = extend(own, named);
