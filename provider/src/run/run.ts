import type { EnsClient } from "../ens/client";
import { type Clock, realClock } from "../ens/clock";
import type { Waiter } from "../ens/poll";
import { type SchemeShape, schemeShape } from "../ens/scheme-shape";
import { askAccount } from "./expected-account";
import { FirstRefusal } from "./first-refusal";
import { Objects } from "./objects";
import { openClient } from "./open-client";
import { type Durations, type Settings, withDefaultDurations } from "./settings";

/** What a run needs from its host. Each option has a default that does nothing. */
export interface RunOptions {
  readonly clock?: Clock;
  /** Shows a progress line. */
  report?(line: string): void;
  /** Shows a warning. */
  warn?(line: string): void;
  /** Returns whether the Pulumi engine that started this run is still running. */
  isEngineRunning?(): Promise<boolean>;
  /** Whether this run may take over finished objects of the same resource (`ENS_RECOVER`). */
  readonly takesOver?: boolean;
  /** What was learned about objects before the settings were known. */
  readonly objects?: Objects;
}

/** One run with one set of credentials: the client, the output for the user, and what has happened so far. */
export class Run implements Waiter {
  readonly ens: EnsClient;
  readonly clock: Clock;
  readonly report: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly takesOver: boolean;
  /** The settings that are durations, with defaults, in milliseconds. */
  readonly durations: Durations;
  /** Request format in which ENS accepts auth schemes. */
  readonly authSchemeShape: SchemeShape;
  readonly objects: Objects;
  readonly firstRefusal = new FirstRefusal();
  readonly #isEngineRunning: () => Promise<boolean>;
  #isCancelled = false;
  #closed: Promise<void> | undefined;
  readonly #responses = new Map<string, Promise<unknown>>();
  /** The business unit (MID) from the settings or from ENS. */
  #accountId: string | undefined;
  #accountRequest: Promise<string | undefined> | undefined;

  constructor(settings: Settings, options: RunOptions = {}) {
    this.clock = options.clock ?? realClock;
    this.report = options.report ?? (() => {});
    this.warn = options.warn ?? (() => {});
    this.takesOver = options.takesOver ?? false;
    this.objects = options.objects ?? new Objects();
    this.#isEngineRunning = options.isEngineRunning ?? (async () => true);
    this.durations = withDefaultDurations(settings);
    this.authSchemeShape = settings.authSchemeShape ?? schemeShape();
    this.#accountId = settings.accountId ?? settings.expected?.accountId;
    this.ens = openClient(settings, {
      clock: this.clock,
      warn: this.warn,
      beforeChange: () => this.throwIfStopped(),
    });
  }

  /**
   * Rejects when the run was canceled or the engine has ended. A provider process outlives a CLI that was killed, and its
   * further changes would not be in any state.
   */
  async throwIfStopped(): Promise<void> {
    if (this.#isCancelled) throw new Error("the run was canceled, so ENS was not changed any further");
    if (await this.#isEngineRunning()) return;
    throw new Error("the Pulumi engine that started this run has ended, so ENS was not changed any further");
  }

  /** Cancels the run: all waits end with an error, and ENS is not changed any further. Unfinished objects stay as they are. */
  cancel(): void {
    this.#isCancelled = true;
  }

  /** The business unit (MID), if it is known without a request. */
  get knownAccountId(): string | undefined {
    return this.#accountId;
  }

  /** Returns the business unit (MID) of the token; `undefined` if neither the settings nor ENS provide it. Asks ENS at most once. */
  async accountId(): Promise<string | undefined> {
    if (this.#accountId !== undefined) return this.#accountId;
    this.#accountRequest ??= askAccount(this.ens).catch(() => {
      this.#accountRequest = undefined; // no response arrived, so the next caller asks again
      return undefined;
    });
    this.#accountId = await this.#accountRequest;
    return this.#accountId;
  }

  /** Sends a request once per run and shares the response among all callers. `what` identifies the request. */
  askOnce<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
    const pending = (this.#responses.get(what) as Promise<Answer> | undefined) ?? ask();
    this.#responses.set(what, pending);
    pending.catch(() => this.#responses.delete(what)); // no response arrived, so the next caller asks again
    return pending;
  }

  /** Deletes an object, and records that it is being deleted and then that it was deleted. */
  async trackDelete(id: string, deleteIt: () => Promise<void>): Promise<void> {
    this.objects.deleting.add(id);
    try {
      await deleteIt();
      this.objects.deleted.add(id);
    } finally {
      this.objects.deleting.delete(id);
    }
  }

  /** Closes the client. Further calls have no effect. */
  close(): Promise<void> {
    this.#closed ??= this.ens.close();
    return this.#closed;
  }
}
