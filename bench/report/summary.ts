import type { Measurement } from "../contestants/contestant.ts";
import { median } from "../median.ts";
import type { Name } from "../options.ts";
import type { Operation } from "../plan.ts";

/** Medians of all repetitions of one operation. */
export interface Summary {
  seconds: number;
  /** Median of the ratios to the floor's time in the same repetition. */
  ratio: number | undefined;
  cpuSeconds: number;
  /** Peak memory. 0 when it was not measured. */
  peakBytes: number;
  calls: number;
  tokens: number;
  bytesPerResource: number | undefined;
  resources: number;
}

export interface Which {
  contestant: Name;
  subscriptions: number;
  checkpoints: boolean;
  operation: Operation;
}

/** Returns the measured numbers of subscriptions in ascending order. */
export function sizesIn(all: readonly Measurement[]) {
  return [...new Set(all.map(({ subscriptions }) => subscriptions))].sort((a, b) => a - b);
}

/**
 * Summarizes the measurements of one operation.
 *
 * @param which OpenTofu has one mode, so its results are compared with the floor of each mode
 * @returns `undefined` when there is no measurement
 */
export function summarize(
  all: readonly Measurement[],
  { contestant, subscriptions, checkpoints, operation }: Which,
): Summary | undefined {
  const of = (name: Name) =>
    all.filter(
      (one) =>
        one.contestant === name &&
        one.subscriptions === subscriptions &&
        (one.checkpoints ?? checkpoints) === checkpoints &&
        one.operation === operation,
    );
  const own = of(contestant);
  const [first] = own;
  if (first === undefined) return undefined;
  const floor = of("floor");
  const ratios = own.flatMap(({ repetition, seconds }) => {
    const beside = floor.find((one) => one.repetition === repetition);
    return beside === undefined ? [] : [seconds / beside.seconds];
  });
  const bytes = own.flatMap(({ stateBytes }) => (stateBytes === undefined ? [] : [stateBytes / first.resources]));
  const medianOf = (value: (one: Measurement) => number) => median(own.map(value));
  return {
    seconds: medianOf(({ seconds }) => seconds),
    ratio: ratios.length === 0 ? undefined : median(ratios),
    cpuSeconds: medianOf(({ cpuSeconds }) => cpuSeconds),
    peakBytes: medianOf(({ peakBytes }) => peakBytes ?? 0),
    calls: medianOf(({ calls }) => calls),
    tokens: medianOf(({ tokens }) => tokens),
    bytesPerResource: bytes.length === 0 ? undefined : median(bytes),
    resources: first.resources,
  };
}
