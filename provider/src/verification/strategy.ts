import type { Run } from "../run/run";

/** The callback to be verified. */
export interface Target {
  readonly run: Run;
  /** Where ENS posts the verification key. */
  readonly url: string;
}

/**
 * Source of the verification key of one callback. It is opened before the callback is created, because ENS sends the key
 * before it responds. Source: ENS REST contract §2.1, §3.
 */
export interface KeySource {
  /** What the run waits for: the rest of a line that begins with "waiting for". */
  readonly awaited: string;
  /** What to do when the key did not arrive in time: an imperative sentence without a full stop. */
  readonly advice: string;
  /** Where to look for the cause while the run waits: an imperative sentence without a full stop. */
  readonly lookAt?: string;
  /**
   * Returns the key, or `undefined` when it has not arrived yet or another party returns it to ENS. Rejects when the key
   * will not arrive.
   */
  key(callbackId: string): Promise<string | undefined>;
  /** Whether the key can arrive only while the callback is created, and not in a later run. */
  readonly hearsOnlyDuringCreate?: boolean;
  close?(): Promise<void>;
}

/** Turns a promise into a function that returns its value, or `undefined` while the promise is pending. */
export function pollable<T>(work: Promise<T>): () => Promise<T | undefined> {
  let outcome: { readonly value: T } | undefined;
  let failure: { readonly error: unknown } | undefined;
  work.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      failure = { error };
    },
  );
  return async () => {
    if (failure !== undefined) throw failure.error;
    return outcome?.value;
  };
}
