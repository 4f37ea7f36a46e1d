import { arrayOf, type Body, objectOf } from "./field";
import type { Call } from "./service";

/** The elements of a body that must be an array. Source: ENS REST contract §11 #11, §11.3 A1, A2. */
export const elements = (call: Call): Body[] => arrayOf(call.body, call.switches.maxItems);

/** The elements of an array, or the bare object. Source: §2.4, §11.3 A1. */
export const elementsOrOne = (call: Call): Body[] =>
  Array.isArray(call.body) ? elements(call) : [objectOf(call.body)];

/** Gives a response the shape of its request: an array or one object. */
export const inRequestShape = (call: Call, answers: readonly unknown[]): unknown =>
  Array.isArray(call.body) ? answers : answers[0];

export interface Steps<Item, Done> {
  /** Checks an element. Throws when it is invalid. `before` has the earlier elements of the request. */
  readonly check: (body: Body, before: readonly Item[]) => Item;
  /** Asks another server before the work. Throws when that fails. */
  readonly confirm?: (item: Item) => Promise<void>;
  /** Applies an element and returns its part of the response. */
  readonly work: (item: Item) => Done | Promise<Done>;
  /** Reverts an element when a later one fails. */
  readonly undo?: (done: Done) => void;
}

/**
 * Processes the elements of a request in their order. Only the first error is reported. By a switch, one invalid element
 * means that nothing is stored, or that the elements before it are. Assumed. Source: ENS REST contract §11 #11.
 */
export async function processElements<Item, Done>(
  call: Call,
  bodies: readonly Body[],
  steps: Steps<Item, Done>,
): Promise<Done[]> {
  const { check, confirm, work, undo } = steps;
  const done: Done[] = [];
  if (call.switches.arrayFailure === "partial") {
    for (const body of bodies) {
      const item = check(body, []);
      await confirm?.(item);
      done.push(await work(item));
    }
    return done;
  }
  const items: Item[] = [];
  for (const body of bodies) items.push(check(body, items));
  for (const item of items) await confirm?.(item);
  try {
    for (const item of items) done.push(await work(item));
  } catch (error) {
    for (const one of done) undo?.(one);
    throw error;
  }
  return done;
}
