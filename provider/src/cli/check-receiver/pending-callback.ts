import { setTimeout as sleep } from "node:timers/promises";
import type { Probe } from "pulumi-ens-receiver/internal";
import type { Limits } from "./limits";

/** Attempts to verify, counted by what was wrong with them. */
export interface Attempts {
  malformed: number;
  /** Before the probe was answered. */
  early: number;
  otherCallback: number;
  wrongKey: number;
  /** With the right key, after the probe was answered. */
  tries: number;
}

/**
 * The callback that is verified, as ENS has it: not there until its probe is answered, and perhaps for a while after that.
 * Source: ENS REST contract §2.1, §2.6, §10.3.
 */
export class PendingCallback {
  readonly attempts: Attempts = { malformed: 0, early: 0, otherCallback: 0, wrongKey: 0, tries: 0 };
  readonly probe: Probe;
  readonly #limits: Limits;
  readonly #created = new AbortController();
  readonly #decided = new AbortController();
  #knownFrom = Number.POSITIVE_INFINITY;
  #verified = false;

  constructor(probe: Probe, limits: Limits) {
    this.probe = probe;
    this.#limits = limits;
  }

  /** The probe was answered with 200. */
  create(): void {
    this.#knownFrom = performance.now() + this.#limits.unknownMs;
    this.#created.abort();
  }

  get isVerified(): boolean {
    return this.#verified;
  }

  get isKnown(): boolean {
    return performance.now() >= this.#knownFrom;
  }

  /** Resolves when it is verified, when that came too early, or when the time is up. */
  async wait(limitMs: number): Promise<void> {
    await waitFor(this.#decided.signal, limitMs);
  }

  /** Resolves with the status that ENS answers. */
  async verify({ callbackId, verificationKey }: Readonly<Record<string, unknown>>): Promise<200 | 400 | 404> {
    if (typeof callbackId !== "string" || typeof verificationKey !== "string") {
      this.attempts.malformed += 1;
      return 400;
    }
    if (callbackId !== this.probe.callbackId) {
      this.attempts.otherCallback += 1;
      return 404;
    }
    // The answer to the probe may take a longer way than this call, which is no mistake of the receiver.
    await waitFor(this.#created.signal, this.#limits.overtakingMs);
    if (!this.#created.signal.aborted) {
      this.attempts.early += 1;
      this.#decided.abort();
      return 404;
    }
    if (verificationKey !== this.probe.verificationKey) {
      this.attempts.wrongKey += 1;
      return 404;
    }
    this.attempts.tries += 1;
    if (this.#verified || this.attempts.tries === 1 || !this.isKnown) return 404; // a key is good for one use
    this.#verified = true;
    this.#decided.abort();
    return 200;
  }
}

/** Resolves when the signal comes or the time is up. */
async function waitFor(signal: AbortSignal, limitMs: number): Promise<void> {
  await sleep(limitMs, undefined, { signal }).catch(() => undefined);
}
