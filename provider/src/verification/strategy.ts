import type { Run } from "../run/run";

/** The callback that is to be verified. */
export interface Target {
  readonly run: Run;
  /** Where ENS posts the verification key. */
  readonly url: string;
}

/**
 * Where the verification key of one callback comes from. It is made before ENS is asked to create the callback,
 * because ENS posts the key before it answers. Source: ENS REST contract §2.1, §3.
 */
export interface KeySource {
  /** What is awaited, for the person who waits. */
  readonly awaited: string;
  /** What to do when it did not come in time. */
  readonly advice: string;
  /**
   * The key, or `undefined` when it is not there yet, or when somebody else gives it to ENS. Rejects when asking again
   * is of no use.
   */
  key(callbackId: string): Promise<string | undefined>;
  /** It hears the key only while the callback is made: in a later run it is too late. */
  readonly hearsOnlyDuringCreate?: boolean;
  close?(): Promise<void>;
}

/** Turns work that runs until it is done into something that can be asked now and then. */
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
