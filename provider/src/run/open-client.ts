import { EnsClient } from "../ens/client";
import type { Clock } from "../ens/clock";
import { EnsError } from "../ens/errors";
import { routes } from "../ens/routes";
import { refusedAccount } from "./expected-account";
import type { Settings } from "./settings";

/** What a run adds to its client. */
export interface OpenOptions {
  readonly clock?: Clock;
  /** Tells a person what should be read again after the run. */
  warn?(line: string): void;
  /** Rejects when nothing may be changed any more. */
  beforeChange?(): Promise<void>;
}

/**
 * Opens the client of a run. Where the settings expect a business unit, the client asks which one its token is for: once,
 * before its first call, and again only when no answer came. In another one, every call is refused and none is sent.
 */
export function openClient(settings: Settings, { warn = () => {}, ...options }: OpenOptions = {}): EnsClient {
  const { expected } = settings;
  if (expected === undefined) return new EnsClient(settings, options);
  /** Why this token must not be used, if so. */
  let refused: Promise<string | undefined> | undefined;
  const ens = new EnsClient(settings, {
    ...options,
    async beforeCall(path) {
      if (path === routes.tokenContext) return; // this is the question itself
      refused ??= refusedAccount(expected, ens, warn);
      const asked = refused;
      asked.catch(() => {
        if (refused === asked) refused = undefined;
      });
      const why = await asked;
      if (why !== undefined) throw new EnsError(why, { sent: false });
    },
  });
  return ens;
}
