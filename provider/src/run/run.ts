import type { EnsClient } from "../ens/client";
import { type Clock, realClock } from "../ens/clock";
import type { Waiter } from "../ens/poll";
import { type SchemeShape, schemeShape } from "../ens/scheme-shape";
import { askAccount } from "./expected-account";
import { FirstRefusal } from "./first-refusal";
import { Objects } from "./objects";
import { openClient } from "./open-client";
import { type Durations, type Settings, withDefaultDurations } from "./settings";

/** What a run needs of the program that carries it. Each part has a default that does nothing. */
export interface RunOptions {
  readonly clock?: Clock;
  /** Shows a person what is awaited, while it is. */
  report?(line: string): void;
  /** Shows a person what should be read again after the run. */
  warn?(line: string): void;
  /** Whether the Pulumi engine that started this run is still there. */
  isEngineThere?(): Promise<boolean>;
  /** The person has said, for this run alone, that finished objects of this very resource may be taken over. */
  readonly takesOver?: boolean;
  /** What the run has been told of objects before it had settings. */
  readonly objects?: Objects;
}

/** One run of Pulumi with one set of credentials: ENS, the person who watches, and what has happened so far. */
export class Run implements Waiter {
  readonly ens: EnsClient;
  readonly clock: Clock;
  readonly report: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly takesOver: boolean;
  /** The settings that are spans of time, each as given or by default, in milliseconds. */
  readonly durations: Durations;
  /** The form in which ENS takes auth schemes. */
  readonly authSchemeShape: SchemeShape;
  readonly objects: Objects;
  readonly firstRefusal = new FirstRefusal();
  readonly #isEngineThere: () => Promise<boolean>;
  #isCancelled = false;
  #closed: Promise<void> | undefined;
  readonly #answers = new Map<string, Promise<unknown>>();
  /** The business unit (MID): as the settings say, or as ENS said when it was asked. */
  #accountId: string | undefined;
  #asked: Promise<string | undefined> | undefined;

  constructor(settings: Settings, options: RunOptions = {}) {
    this.clock = options.clock ?? realClock;
    this.report = options.report ?? (() => {});
    this.warn = options.warn ?? (() => {});
    this.takesOver = options.takesOver ?? false;
    this.objects = options.objects ?? new Objects();
    this.#isEngineThere = options.isEngineThere ?? (async () => true);
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
   * Rejects when the run was cancelled or the engine has ended. A provider process outlives a CLI that was killed; what it
   * still changed then would be in no state.
   */
  async throwIfStopped(): Promise<void> {
    if (this.#isCancelled) throw new Error("the run was cancelled, so ENS was not changed any further");
    if (await this.#isEngineThere()) return;
    throw new Error("the Pulumi engine that started this run has ended, so ENS was not changed any further");
  }

  /** Ends each wait with an error, and lets nothing more be changed. What is half made by then is kept as it is. */
  cancel(): void {
    this.#isCancelled = true;
  }

  /** The business unit (MID) as far as it is known without asking. */
  get knownAccountId(): string | undefined {
    return this.#accountId;
  }

  /** The business unit (MID) of the token, asked for once; `undefined` where neither the settings nor ENS tell it. */
  async accountId(): Promise<string | undefined> {
    if (this.#accountId !== undefined) return this.#accountId;
    this.#asked ??= askAccount(this.ens).catch(() => {
      this.#asked = undefined; // there was no answer: the next one who needs it asks again
      return undefined;
    });
    this.#accountId = await this.#asked;
    return this.#accountId;
  }

  /** What ENS said when this run asked first: one answer for all who can do with it. `what` tells the questions apart. */
  askOnce<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
    const asked = (this.#answers.get(what) as Promise<Answer> | undefined) ?? ask();
    this.#answers.set(what, asked);
    asked.catch(() => this.#answers.delete(what)); // there was no answer: the next one who needs it asks again
    return asked;
  }

  /** Deletes an object, and keeps in mind that it is gone. Until then others know that its delete is under way. */
  async trackDelete(id: string, deleteIt: () => Promise<void>): Promise<void> {
    this.objects.deleting.add(id);
    try {
      await deleteIt();
      this.objects.deleted.add(id);
    } finally {
      this.objects.deleting.delete(id);
    }
  }

  /** May be called again. */
  close(): Promise<void> {
    this.#closed ??= this.ens.close();
    return this.#closed;
  }
}
