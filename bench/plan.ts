import type { Name, Options } from "./options.ts";

/** One sequence of operations on one stack, from the first `up` to `destroy`. */
export interface Unit {
  contestant: Name;
  subscriptions: number;
  /** `null` for OpenTofu, which has only one mode. */
  checkpoints: boolean | null;
  /** Number of the repetition, from 1. */
  repetition: number;
}

export interface Size {
  subscriptions: number;
  callbacks: number;
  changed: number;
  resources: number;
}

/** The operations in the order of their measurement. */
export const OPERATIONS = ["up", "preview", "preview --refresh", "up, 1 % changed", "refresh", "destroy"] as const;

export type Operation = (typeof OPERATIONS)[number];

/** Returns the number of objects of each kind in a stack. */
export function sizeOf(subscriptions: number): Size {
  const callbacks = Math.max(1, Math.round(subscriptions / 50));
  const changed = Math.max(1, Math.round(subscriptions / 100));
  return { subscriptions, callbacks, changed, resources: subscriptions + callbacks + 1 };
}

/** Returns the number of subscriptions that differ from those of the first program. */
export function changedAt(operation: Operation, { changed }: Size) {
  return OPERATIONS.indexOf(operation) < OPERATIONS.indexOf("up, 1 % changed") ? 0 : changed;
}

/**
 * Plans all sequences in order. Contestants take turns, so that each contestant and its floor run under the same
 * conditions. Every second repetition has the reverse order, so that no contestant is always the first.
 */
export function planned({ sizes, repeat, contestants, checkpoints, large }: Options): Unit[] {
  const units: Unit[] = [];
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

export function isSameUnit(one: Unit, other: Unit) {
  return (
    one.contestant === other.contestant &&
    one.subscriptions === other.subscriptions &&
    one.checkpoints === other.checkpoints &&
    one.repetition === other.repetition
  );
}

/**
 * Rough seconds of a whole sequence: fixed, for each resource, and, with checkpoints, for each pair of resources. Only
 * the ratios matter.
 */
const EXPECTED = {
  ours: { fixed: 13, each: 0.045, pair: 0.00018 },
  floor: { fixed: 13, each: 0.05, pair: 0.00014 },
  naive: { fixed: 15, each: 0.075, pair: 0.0006 },
  tofu: { fixed: 3, each: 0.115, pair: 0 },
};

export function expectedSeconds({ contestant, subscriptions, checkpoints }: Unit) {
  const { fixed, each, pair } = EXPECTED[contestant];
  return fixed + each * subscriptions + (checkpoints === true ? pair * subscriptions ** 2 : 0);
}

/**
 * Returns the seconds for the remaining sequences. Scales the expected time by the actual time of the finished
 * sequences.
 */
export function secondsLeft(done: { unit: Unit; seconds: number }[], left: Unit[]) {
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const expected = sum(done.map(({ unit }) => expectedSeconds(unit)));
  const pace = expected === 0 ? 1 : sum(done.map(({ seconds }) => seconds)) / expected;
  return pace * sum(left.map(expectedSeconds));
}
