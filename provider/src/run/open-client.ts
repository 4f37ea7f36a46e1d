import { EnsClient } from "../ens/client";
import type { Clock } from "../ens/clock";
import { EnsError } from "../ens/errors";
import { routes } from "../ens/routes";
import { findWrongAccount } from "./expected-account";
import type { Settings } from "./settings";

/** What a run adds to its client. */
export interface OpenOptions {
  readonly clock?: Clock;
  /** Shows a warning. */
  warn?(line: string): void;
  /** Rejects when the run must not change anything any more. */
  beforeChange?(): Promise<void>;
}

/**
 * Opens the client of a run. When the settings expect a business unit, the client asks ENS before its first request which
 * business unit its token is for, and repeats the question only when no response arrived. When the token is for another
 * business unit, all requests are rejected and none is sent.
 */
export function openClient(settings: Settings, { warn = () => {}, ...options }: OpenOptions = {}): EnsClient {
  const { expected } = settings;
  if (expected === undefined) return new EnsClient(settings, options);
  /** Resolves with the reason why this token must not be used, or with `undefined`. */
  let problem: Promise<string | undefined> | undefined;
  const ens = new EnsClient(settings, {
    ...options,
    async beforeCall(path) {
      if (path === routes.tokenContext) return; // the question itself must not wait for its response
      problem ??= findWrongAccount(expected, ens, warn);
      const pending = problem;
      pending.catch(() => {
        if (problem === pending) problem = undefined;
      });
      const why = await pending;
      if (why !== undefined) throw new EnsError(why, { sent: false });
    },
  });
  return ens;
}
