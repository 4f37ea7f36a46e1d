import { median } from "../median.mjs";

/** @typedef {import("../contestants/contestant.mjs").Measurement} Measurement */
/** @typedef {import("../options.mjs").Name} Name */
/** @typedef {import("../plan.mjs").Operation} Operation */

/**
 * Medians of all repetitions of one operation.
 *
 * @typedef {object} Summary
 * @property {number} seconds
 * @property {number | undefined} ratio of its time to the floor's in the same repetition; the median of these
 * @property {number} cpuSeconds
 * @property {number} peakBytes 0 when it was not measured
 * @property {number} calls
 * @property {number} tokens
 * @property {number | undefined} bytesPerResource
 * @property {number} resources
 */

/** @typedef {{ contestant: Name, subscriptions: number, checkpoints: boolean, operation: Operation }} Which */

/** Numbers of subscriptions that there are measurements of, ascending. @param {readonly Measurement[]} all */
export function sizesIn(all) {
  return [...new Set(all.map(({ subscriptions }) => subscriptions))].sort((a, b) => a - b);
}

/**
 * @param {readonly Measurement[]} all
 * @param {Which} which OpenTofu, which has one mode, stands beside the floor of either
 * @returns {Summary | undefined} nothing when there is no measurement
 */
export function summarize(all, { contestant, subscriptions, checkpoints, operation }) {
  const of = (/** @type {Name} */ name) =>
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
  const medianOf = (/** @type {(one: Measurement) => number} */ value) => median(own.map(value));
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
