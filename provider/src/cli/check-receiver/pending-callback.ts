import { setTimeout as sleep } from "node:timers/promises";
import type { Probe } from "pulumi-ens-receiver/internal";
import type { Limits } from "./limits";

/** Counts of verification attempts by their problem. */
export interface Attempts {
  malformed: number;
  /** Attempts before the response to the verification request. */
  early: number;
  otherCallback: number;
  wrongKey: number;
  /** Attempts with the correct key after the response to the verification request. */
  tries: number;
}

/**
 * The callback that is being verified. Like in ENS, it does not exist until the response to the verification request, and
 * for a while after that.
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

  /** Creates the callback after the response 200 to the verification request. */
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

  /** Resolves when the callback is verified, when an attempt came too early, or after the time limit. */
  async wait(limitMs: number): Promise<void> {
    await waitFor(this.#decided.signal, limitMs);
  }

  /** Handles a verification attempt and resolves with the status that ENS would return. */
  async verify({ callbackId, verificationKey }: Readonly<Record<string, unknown>>): Promise<200 | 400 | 404> {
    if (typeof callbackId !== "string" || typeof verificationKey !== "string") {
      this.attempts.malformed += 1;
      return 400;
    }
    if (callbackId !== this.probe.callbackId) {
      this.attempts.otherCallback += 1;
      return 404;
    }
    // The response to the verification request may arrive later than this request. The receiver is not to blame for that.
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
    if (this.#verified || this.attempts.tries === 1 || !this.isKnown) return 404; // a key can be used once
    this.#verified = true;
    this.#decided.abort();
    return 200;
  }
}

/** Resolves on the signal or after the time limit. */
async function waitFor(signal: AbortSignal, limitMs: number): Promise<void> {
  await sleep(limitMs, undefined, { signal }).catch(() => undefined);
}
