import { table } from "../../scripts/docs/markdown.ts";
import type { Name } from "../options.ts";
import { OPERATIONS, type Operation } from "../plan.ts";
import type { Round } from "../round.ts";
import { NAMES } from "./names.ts";
import { type Summary, sizesIn, summarize } from "./summary.ts";

/** The operations whose costs besides time are in the report. */
const CALLING = ["up", "preview --refresh", "up, 1 % changed", "refresh", "destroy"] as const;

/** Returns all tables of a round. */
export function markdown(round: Round) {
  const sizes = sizesIn(round.measurements).reverse();
  const modes = [true, false].filter((mode) => round.measurements.some(({ checkpoints }) => checkpoints === mode));
  const times = sizes.flatMap((size) => modes.flatMap((mode) => timesOf(round, size, mode)));
  const largest = round.options.sizes.at(-1) ?? 0;
  return [about(round), ...times, ...costsOf(round, largest, modes.at(-1) ?? false), ...growthOf(round, modes)].join(
    "\n\n",
  );
}

function about({ started, machine, versions, options }: Round) {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return (
    `Measured on ${started.slice(0, 10)} with ${named.join(", ")}, on ${machine}. Each request to ENS takes ` +
    `${options.latency} ms, 16 operations run at a time, and the state is in a local file. Times are wall seconds, as medians ` +
    "of all runs. The ratio to the floor of the same repetition is in parentheses, also as a median."
  );
}

function timesOf({ measurements }: Round, subscriptions: number, checkpoints: boolean) {
  let resources = 0;
  const rows = Object.entries(NAMES).flatMap(([contestant, name]) => {
    const cells = OPERATIONS.map((operation) => {
      const which = { contestant: contestant as Name, subscriptions, checkpoints, operation };
      const summary = summarize(measurements, which);
      resources = summary?.resources ?? resources;
      return summary;
    });
    if (cells.every((cell) => cell === undefined)) return [];
    return [[name, ...cells.map((cell) => timeOf(cell, contestant === "floor"))]];
  });
  // Without results of Pulumi, there is nothing to compare OpenTofu with.
  const own = measurements.filter((one) => one.subscriptions === subscriptions && one.checkpoints === checkpoints);
  if (own.length === 0) return [];
  const runs = new Set(own.map(({ repetition }) => repetition)).size;
  const title = `### ${count(subscriptions)} subscriptions, checkpoints ${checkpoints ? "on" : "off"}`;
  return [
    `${title}\n\n${count(resources)} resources; ${runs === 1 ? "one run" : `${runs} runs`}.`,
    table(["", ...OPERATIONS], rows),
  ];
}

function timeOf(cell: Summary | undefined, isFloor: boolean) {
  if (cell === undefined) return "–";
  const ratio = isFloor || cell.ratio === undefined ? "" : ` (${cell.ratio.toFixed(2)})`;
  return `${cell.seconds.toFixed(1)}${ratio}`;
}

/** Returns the costs besides time. */
function costsOf({ measurements }: Round, subscriptions: number, checkpoints: boolean) {
  const rows = Object.entries(NAMES).flatMap(([contestant, name]) => {
    const of = (operation: Operation) =>
      summarize(measurements, { contestant: contestant as Name, subscriptions, checkpoints, operation });
    const [up, preview] = [of("up"), of("preview")];
    if (up === undefined || preview === undefined) return [];
    return [
      [
        name,
        `${((up.bytesPerResource ?? 0) / 1000).toFixed(2)} kB`,
        ...CALLING.map((operation) => count(of(operation)?.calls ?? 0)),
        count(up.tokens),
        ...[up, preview].map(({ cpuSeconds }) => `${cpuSeconds.toFixed(1)} s`),
        up.peakBytes === 0 ? "–" : `${count(Math.round(up.peakBytes / 1e6))} MB`,
      ],
    ];
  });
  if (rows.length === 0) return [];
  const head = [
    "",
    "state per resource",
    ...CALLING.map((operation) => `calls: ${operation}`),
    "tokens: up",
    "user CPU: up",
    "user CPU: preview",
    "peak memory: up",
  ];
  const title = `### Calls, state, CPU and memory at ${count(subscriptions)} subscriptions`;
  return [`${title}\n\nCheckpoints ${checkpoints ? "on" : "off"}.`, table(head, rows)];
}

/** Returns what this package adds for each resource. The values should not depend on the number of resources. */
function growthOf({ measurements }: Round, modes: boolean[]) {
  const rows = modes.flatMap((checkpoints) =>
    sizesIn(measurements).flatMap((subscriptions) => {
      const of = (contestant: Name, operation: Operation) =>
        summarize(measurements, { contestant, subscriptions, checkpoints, operation });
      const [up, floor] = [of("ours", "up"), of("floor", "up")];
      const [destroy, floorDestroy] = [of("ours", "destroy"), of("floor", "destroy")];
      if (!up || !floor || !destroy || !floorDestroy) return [];
      const each = (seconds: number) => `${((seconds / up.resources) * 1000).toFixed(1)} ms`;
      return [
        [
          count(subscriptions),
          checkpoints ? "on" : "off",
          (up.calls / up.resources).toFixed(2),
          (destroy.calls / up.resources).toFixed(2),
          each(up.cpuSeconds - floor.cpuSeconds),
          each(destroy.cpuSeconds - floorDestroy.cpuSeconds),
        ],
      ];
    }),
  );
  if (rows.length === 0) return [];
  const head = [
    "subscriptions",
    "checkpoints",
    "calls per resource: up",
    "destroy",
    "user CPU per resource above the floor: up",
    "destroy",
  ];
  return ["### Growth of what pulumi-ens adds", table(head, rows)];
}

function count(number: number) {
  return Math.round(number).toLocaleString("en-US");
}
