/** Times in milliseconds. Tests make them shorter. */
export interface Limits {
  /** A receiver's answer to the probe. Documented: ENS REST contract §2.1. */
  readonly probeMs: number;
  /** A receiver's answer to a delivery. Documented: §6.3. */
  readonly deliveryMs: number;
  /** Until a connection stands. Assumed. */
  readonly connectMs: number;
  /** From the answer to the probe until the key is given back. ENS waits for four hours; nobody should wait for this. */
  readonly verificationMs: number;
  /** How long ENS does not know a callback after its probe was answered. Assumed: §10.3. */
  readonly unknownMs: number;
  /** How long the answer to the probe may be under way while the receiver already gives the key back. */
  readonly overtakingMs: number;
  /** How long the body of the slow delivery takes. */
  readonly slowBodyMs: number;
}

export const LIMITS: Limits = {
  probeMs: 30_000,
  deliveryMs: 3_000,
  connectMs: 10_000,
  verificationMs: 30_000,
  unknownMs: 1_500,
  overtakingMs: 1_000,
  slowBodyMs: 2_000,
};

/** A duration for a person, for example `3 s` or `250 ms`. */
export function shownMs(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${Number((milliseconds / 1000).toFixed(1))} s`;
}
