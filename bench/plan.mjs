/** @typedef {import("./options.mjs").Name} Name */

/**
 * One life of one stack, from the first `up` to `destroy`.
 *
 * @typedef {object} Unit
 * @property {Name} contestant
 * @property {number} subscriptions
 * @property {boolean | null} checkpoints `null` for OpenTofu, which knows one mode only
 * @property {number} repetition from 1
 */

/** @typedef {{ subscriptions: number, callbacks: number, changed: number, resources: number }} Size */

/** In the order in which they are measured. */
export const OPERATIONS = /** @type {const} */ ([
  "up",
  "preview",
  "preview --refresh",
  "up, 1 % changed",
  "refresh",
  "destroy",
]);

/** @typedef {(typeof OPERATIONS)[number]} Operation */

/** How many of what a stack has. @param {number} subscriptions @returns {Size} */
export function sizeOf(subscriptions) {
  const callbacks = Math.max(1, Math.round(subscriptions / 50));
  const changed = Math.max(1, Math.round(subscriptions / 100));
  return { subscriptions, callbacks, changed, resources: subscriptions + callbacks + 1 };
}

/** How many subscriptions the program changes from what it said at first. @param {Operation} operation @param {Size} size */
export function changedAt(operation, { changed }) {
  return OPERATIONS.indexOf(operation) < OPERATIONS.indexOf("up, 1 % changed") ? 0 : changed;
}

/**
 * All lives in their order. Contestants take turns, so that each of them and the floor beside it meet the same machine,
 * and begin at the other end in each second repetition, so that nobody is always the first.
 *
 * @param {import("./options.mjs").Options} options
 * @returns {Unit[]}
 */
export function planned({ sizes, repeat, contestants, checkpoints, large }) {
  /** @type {Unit[]} */
  const units = [];
  for (let repetition = 1; repetition <= repeat; repetition += 1) {
    const inTurn = repetition % 2 === 1 ? contestants : contestants.toReversed();
    for (const subscriptions of sizes) {
      for (const [turn, mode] of checkpoints.entries()) {
        for (const contestant of inTurn) {
          if (contestant !== "tofu") units.push({ contestant, subscriptions, checkpoints: mode, repetition });
          else if (turn === 0) units.push({ contestant, subscriptions, checkpoints: null, repetition });
        }
      }
    }
  }
  if (large > 0) {
    const able = contestants.filter((contestant) => contestant === "ours" || contestant === "floor");
    units.push(...able.map((contestant) => ({ contestant, subscriptions: large, checkpoints: false, repetition: 1 })));
  }
  return units;
}

/** @param {Unit} one @param {Unit} other */
export function isSameUnit(one, other) {
  return (
    one.contestant === other.contestant &&
    one.subscriptions === other.subscriptions &&
    one.checkpoints === other.checkpoints &&
    one.repetition === other.repetition
  );
}

/** Seconds of a whole life: at no resources, for each, and, with checkpoints, for each pair. Rough: only shares matter. */
const EXPECTED = {
  ours: { fixed: 13, each: 0.045, pair: 0.00018 },
  floor: { fixed: 13, each: 0.05, pair: 0.00014 },
  naive: { fixed: 15, each: 0.075, pair: 0.0006 },
  tofu: { fixed: 3, each: 0.115, pair: 0 },
};

/** @param {Unit} unit */
export function expectedSeconds({ contestant, subscriptions, checkpoints }) {
  const { fixed, each, pair } = EXPECTED[contestant];
  return fixed + each * subscriptions + (checkpoints === true ? pair * subscriptions ** 2 : 0);
}

/**
 * What is left, as those that are done took in comparison with what was expected of them.
 *
 * @param {{ unit: Unit, seconds: number }[]} done
 * @param {Unit[]} left
 */
export function secondsLeft(done, left) {
  const sum = (/** @type {number[]} */ numbers) => numbers.reduce((total, number) => total + number, 0);
  const expected = sum(done.map(({ unit }) => expectedSeconds(unit)));
  const pace = expected === 0 ? 1 : sum(done.map(({ seconds }) => seconds)) / expected;
  return pace * sum(left.map(expectedSeconds));
}
