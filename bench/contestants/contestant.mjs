import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changedAt, OPERATIONS, sizeOf } from "../plan.mjs";
import { startPulumi } from "./pulumi.mjs";
import { startTofu } from "./tofu.mjs";

/** @typedef {import("../plan.mjs").Unit} Unit */
/** @typedef {import("../plan.mjs").Operation} Operation */

/**
 * @typedef {object} Stack
 * @property {(operation: Operation) => Promise<import("../measure.mjs").Measured>} run
 * @property {() => Promise<number>} stateBytes
 */

/**
 * What one operation took.
 *
 * @typedef {Unit & import("../measure.mjs").Measured & import("../tenant.mjs").Counts & {
 *   operation: Operation,
 *   resources: number,
 *   stateBytes?: number,
 * }} Measurement `stateBytes` after the first `up`
 */

/**
 * Runs all operations of a stack, one after the other. Rejects when one fails, or when ENS does not hold afterwards what
 * the program says: a contestant that does less than it should is no contestant.
 *
 * @param {Unit} unit
 * @param {import("../tenant.mjs").Tenant} tenant
 * @param {(measurement: Measurement) => Promise<void>} measured
 */
export async function live(unit, tenant, measured) {
  const size = sizeOf(unit.subscriptions);
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    await tenant.empty();
    const { contestant } = unit;
    const stack = await (contestant === "tofu"
      ? startTofu(size, tenant.urls, folder)
      : startPulumi({ ...unit, contestant }, size, tenant.urls, folder));
    for (const operation of OPERATIONS) {
      await tenant.begin();
      const took = await stack.run(operation);
      const counts = await tenant.counts();
      if (contestant !== "floor") expectObjects(unit, operation, await tenant.objects());
      const state = operation === "up" ? { stateBytes: await stack.stateBytes() } : {};
      await measured({ ...unit, operation, resources: size.resources, ...took, ...counts, ...state });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {Unit} unit @param {Operation} operation @param {import("../tenant.mjs").Objects} found */
function expectObjects(unit, operation, found) {
  const size = sizeOf(unit.subscriptions);
  const { subscriptions, callbacks } = size;
  const expected =
    operation === "destroy"
      ? { callbacks: 0, subscriptions: 0, schemes: 0, changed: 0 }
      : { callbacks, subscriptions, schemes: 1, changed: changedAt(operation, size) };
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new Error(
    `after ${operation} of ${unit.contestant}, ENS holds ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`,
  );
}
