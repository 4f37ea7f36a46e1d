import { table } from "../../scripts/docs/markdown.mjs";
import { OPERATIONS } from "../plan.mjs";
import { NAMES } from "./names.mjs";
import { sizesIn, summarize } from "./summary.mjs";

/** @typedef {import("../round.mjs").Round} Round */
/** @typedef {import("../options.mjs").Name} Name */
/** @typedef {import("./summary.mjs").Summary} Summary */

/** Whose costs are told besides their time. */
const CALLING = /** @type {const} */ (["up", "preview --refresh", "up, 1 % changed", "refresh", "destroy"]);

/** All tables of a round. @param {Round} round */
export function markdown(round) {
  const sizes = sizesIn(round.measurements).reverse();
  const modes = [true, false].filter((mode) => round.measurements.some(({ checkpoints }) => checkpoints === mode));
  const times = sizes.flatMap((size) => modes.flatMap((mode) => timesOf(round, size, mode)));
  const largest = round.options.sizes.at(-1) ?? 0;
  return [about(round), ...times, ...costsOf(round, largest, modes.at(-1) ?? false), ...growthOf(round, modes)].join(
    "\n\n",
  );
}

/** @param {Round} round */
function about({ started, machine, versions, options }) {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return (
    `Measured on ${started.slice(0, 10)} with ${named.join(", ")}, on ${machine}. Each call to ENS takes ` +
    `${options.latency} ms; 16 operations at a time; state in a local file. Times are wall seconds, medians ` +
    "of all runs; in brackets is the ratio to the floor of the same repetition, again the median."
  );
}

/** @param {Round} round @param {number} subscriptions @param {boolean} checkpoints */
function timesOf({ measurements }, subscriptions, checkpoints) {
  let resources = 0;
  const rows = Object.entries(NAMES).flatMap(([contestant, name]) => {
    const cells = OPERATIONS.map((operation) => {
      const which = { contestant: /** @type {Name} */ (contestant), subscriptions, checkpoints, operation };
      const summary = summarize(measurements, which);
      resources = summary?.resources ?? resources;
      return summary;
    });
    if (cells.every((cell) => cell === undefined)) return [];
    return [[name, ...cells.map((cell) => timeOf(cell, contestant === "floor"))]];
  });
  // Without Pulumi's own, OpenTofu has nothing to stand beside.
  const own = measurements.filter((one) => one.subscriptions === subscriptions && one.checkpoints === checkpoints);
  if (own.length === 0) return [];
  const runs = new Set(own.map(({ repetition }) => repetition)).size;
  const title = `### ${count(subscriptions)} subscriptions, checkpoints ${checkpoints ? "on" : "off"}`;
  return [
    `${title}\n\n${count(resources)} resources; ${runs === 1 ? "one run" : `${runs} runs`}.`,
    table(["", ...OPERATIONS], rows),
  ];
}

/** @param {Summary | undefined} cell @param {boolean} isFloor */
function timeOf(cell, isFloor) {
  if (cell === undefined) return "–";
  const ratio = isFloor || cell.ratio === undefined ? "" : ` (${cell.ratio.toFixed(2)})`;
  return `${cell.seconds.toFixed(1)}${ratio}`;
}

/** What each costs besides time. @param {Round} round @param {number} subscriptions @param {boolean} checkpoints */
function costsOf({ measurements }, subscriptions, checkpoints) {
  const rows = Object.entries(NAMES).flatMap(([contestant, name]) => {
    const of = (/** @type {import("../plan.mjs").Operation} */ operation) =>
      summarize(measurements, { contestant: /** @type {Name} */ (contestant), subscriptions, checkpoints, operation });
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

/** What this package adds for each resource, which should not depend on their number. @param {Round} round @param {boolean[]} modes */
function growthOf({ measurements }, modes) {
  const rows = modes.flatMap((checkpoints) =>
    sizesIn(measurements).flatMap((subscriptions) => {
      const of = (/** @type {Name} */ contestant, /** @type {import("../plan.mjs").Operation} */ operation) =>
        summarize(measurements, { contestant, subscriptions, checkpoints, operation });
      const [up, floor] = [of("ours", "up"), of("floor", "up")];
      const [destroy, floorDestroy] = [of("ours", "destroy"), of("floor", "destroy")];
      if (!up || !floor || !destroy || !floorDestroy) return [];
      const each = (/** @type {number} */ seconds) => `${((seconds / up.resources) * 1000).toFixed(1)} ms`;
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

/** @param {number} number */
function count(number) {
  return Math.round(number).toLocaleString("en-US");
}
