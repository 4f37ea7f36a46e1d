import type { DuplicateWindow } from "./duplicates";
import type { Access } from "./ens/access";
import type { EnsEvent } from "./events/types";
import type { ProbeStore } from "./handshake/probe-store";
import type { SignatureKeys } from "./signature/keys";

/** Information about a delivery. */
export interface DeliveryInfo {
  /** Path and query of the request, for example `/ens/orders`. */
  readonly url: string;
  /** Number of events that were left out because they were duplicates. */
  readonly duplicates: number;
}

/** Options of a receiver. Set at least one of `enqueue` and `handle`. */
export interface ReceiverOptions {
  /**
   * Signature keys of the callbacks that deliver to this receiver, or a function that returns them. The function is called
   * for each delivery, so a rotated key needs no restart. A receiver must run before ENS creates the first key. Without a
   * key, the receiver returns 503, and ENS repeats the delivery.
   */
  readonly keys: SignatureKeys | (() => SignatureKeys | Promise<SignatureKeys>);
  /**
   * Stores events where they survive this process, for example in a queue, a table or a file. The receiver responds to ENS
   * when this function resolves. When it rejects or takes longer than `acknowledgeWithin`, the receiver returns 503, and
   * ENS repeats the delivery.
   */
  enqueue?(events: EnsEvent[], delivery: DeliveryInfo): void | Promise<void>;
  /** Processes events after the response to ENS. A failure goes to `onError`, and ENS does not repeat the events. */
  handle?(events: EnsEvent[], delivery: DeliveryInfo): void | Promise<void>;
  /**
   * Checks the token of your authorization server, for callbacks with an auth scheme. The function gets the header
   * `Authorization` without `Bearer `, after the signature was verified. When it returns `false`, the receiver returns 401,
   * and ENS requests a new token and repeats the delivery.
   */
  authorize?(token: string | undefined): boolean | Promise<boolean>;
  /**
   * Whether and with which settings the receiver verifies new callbacks. It returns the verification key to ENS after its
   * response to the verification request. `true`, the default, reads the settings from the environment (`ENS_SUBDOMAIN`,
   * `ENS_CLIENT_ID`, `ENS_CLIENT_SECRET` and so on). With `false`, another program must return the key, which `probes` keeps.
   */
  readonly handshake?: boolean | Access;
  /** Stores the body of each verification request before the receiver responds. */
  readonly probes?: ProbeStore;
  /**
   * Bearer token with which `pulumi up` fetches stored verification keys (verification strategy `pull`). The GET has the
   * callback's id as last part of the path, or as `?callbackId=`. Needs `probes`. At least 16 characters.
   */
  readonly pullToken?: string;
  /** Limits within which duplicates are recognized and left out. `false` passes all events on. */
  readonly duplicates?: DuplicateWindow | false;
  /** Time for `enqueue` in seconds, after which the receiver returns 503. ENS waits for 3 seconds. Default: 2.5. */
  readonly acknowledgeWithin?: number;
  /** Largest accepted body in bytes. Default: 8 MiB. 1000 events need about 1 MB. */
  readonly largestBody?: number;
  /** Logs a line for each verification request and delivery, without keys and without unsigned content. Default: no log. */
  log?(line: string): void;
  /** Receives errors. Default: `console.error` with a line without secrets. */
  onError?(error: unknown, whileDoing: string): void;
}
