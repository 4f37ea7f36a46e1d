import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Measured } from "../measure.ts";
import { changedAt, OPERATIONS, type Operation, sizeOf, type Unit } from "../plan.ts";
import type { Counts, Objects, Tenant } from "../tenant.ts";
import { startPulumi } from "./pulumi.ts";
import { startTofu } from "./tofu.ts";

export interface Stack {
  run: (operation: Operation) => Promise<Measured>;
  stateBytes: () => Promise<number>;
}

/** The costs of one operation. `stateBytes` is measured after the first `up`. */
export type Measurement = Unit &
  Measured &
  Counts & {
    operation: Operation;
    resources: number;
    stateBytes?: number;
  };

/**
 * Runs all operations of a stack, one after the other. Rejects when an operation fails, or when the objects in ENS
 * differ from the program afterwards, because a contestant that does less than the program asks for cannot be compared.
 */
export async function live(unit: Unit, tenant: Tenant, measured: (measurement: Measurement) => Promise<void>) {
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

function expectObjects(unit: Unit, operation: Operation, found: Objects) {
  const size = sizeOf(unit.subscriptions);
  const { subscriptions, callbacks } = size;
  const expected =
    operation === "destroy"
      ? { callbacks: 0, subscriptions: 0, schemes: 0, changed: 0 }
      : { callbacks, subscriptions, schemes: 1, changed: changedAt(operation, size) };
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new Error(
    `after ${operation} of ${unit.contestant}, ENS has ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`,
  );
}
