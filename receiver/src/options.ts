import type { DuplicateWindow } from "./duplicates";
import type { Access } from "./ens/access";
import type { EnsEvent } from "./events/types";
import type { ProbeStore } from "./handshake/probe-store";
import type { SignatureKeys } from "./signature/keys";

/** What came with the events. */
export interface DeliveryInfo {
  /** The path and query of the request, for example `/ens/orders`. */
  readonly url: string;
  /** The number of events that were left out because they came before. */
  readonly duplicates: number;
}

/** What a receiver does with events. Give at least one of `enqueue` and `handle`. */
export interface ReceiverOptions {
  /**
   * The signature keys of the callbacks that deliver here, or a function that is called for each delivery, so that a rotated
   * key needs no restart. A receiver runs before ENS makes the first key: without one it answers 503, and ENS repeats.
   */
  readonly keys: SignatureKeys | (() => SignatureKeys | Promise<SignatureKeys>);
  /**
   * Stores events where they survive this process: a queue, a table, a file. ENS gets its answer when it resolves. When it
   * rejects, or takes longer than `acknowledgeWithin`, ENS gets a 503 and delivers again.
   */
  enqueue?(events: EnsEvent[], delivery: DeliveryInfo): void | Promise<void>;
  /** Works on events after ENS got its answer. What fails here is lost: it goes to `onError`, and ENS does not know. */
  handle?(events: EnsEvent[], delivery: DeliveryInfo): void | Promise<void>;
  /**
   * Checks the token of your authorization server, for callbacks with an auth scheme. It gets the header `Authorization`
   * without `Bearer `. With `false`, ENS gets a 401, fetches a new token and repeats. It is asked after the signature.
   */
  authorize?(token: string | undefined): boolean | Promise<boolean>;
  /**
   * How a new callback is verified: its key goes back to ENS after the answer to the probe, with these settings. `true`,
   * the default, takes them from the environment (`ENS_SUBDOMAIN`, `ENS_CLIENT_ID`, `ENS_CLIENT_SECRET` …); `false` leaves
   * it to somebody else, for whom `probes` keeps the key.
   */
  readonly handshake?: boolean | Access;
  /** Keeps each probe before it is answered. */
  readonly probes?: ProbeStore;
  /**
   * Lets a `pulumi up` with the verification strategy `pull` fetch kept probes: a GET with this bearer token and the
   * callback's id as last part of the path, or as `?callbackId=`. Needs `probes`.
   */
  readonly pullToken?: string;
  /** Recognizes events that came before, in this process. `false` hands everything over. */
  readonly duplicates?: DuplicateWindow | false;
  /** Seconds after which a delivery gets a 503. ENS gives up after 3. Default 2.5. */
  readonly acknowledgeWithin?: number;
  /** Bytes of the largest body that is read. Default 8 MiB; 1000 events take about 1 MB. */
  readonly largestBody?: number;
  /** Gets a line for each probe and delivery, without keys and without anything that is not signed. Default: none. */
  log?(line: string): void;
  /** Gets what failed. Default: `console.error` with a line without secrets. */
  onError?(error: unknown, whileDoing: string): void;
}
