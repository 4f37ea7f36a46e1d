/** Time limits in milliseconds. Tests use shorter ones. */
export interface Limits {
  /** Until the response to the verification request. Documented: ENS REST contract §2.1. */
  readonly probeMs: number;
  /** Until the response to a delivery. Documented: §6.3. */
  readonly deliveryMs: number;
  /** Until a connection is established. Assumed. */
  readonly connectMs: number;
  /** From the response to the verification request until the key arrives. ENS itself waits for four hours. */
  readonly verificationMs: number;
  /** How long ENS returns 404 for a callback after the response to the verification request. Assumed: §10.3. */
  readonly unknownMs: number;
  /** How much later than the verification key the response to the verification request may arrive. */
  readonly overtakingMs: number;
  /** Duration of the slow delivery's body. */
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

/** Formats a duration, for example `3 s` or `250 ms`. */
export function shownMs(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${Number((milliseconds / 1000).toFixed(1))} s`;
}
