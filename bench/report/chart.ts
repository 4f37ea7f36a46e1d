import type { Name } from "../options.ts";
import { OPERATIONS, type Operation } from "../plan.ts";
import type { Round } from "../round.ts";
import { NAMES } from "./names.ts";
import { sizesIn, summarize } from "./summary.ts";

/** The contestants with bars. The floor is the line below the bars. */
const SHOWN = ["ours", "naive", "tofu"] as const;

const WIDTH = 860;
const [LEFT, RIGHT, TOP] = [56, 12, 76];
const PLOT = 190;
const PANEL = PLOT + 74;
const [BAR, GAP] = [30, 3];

/** Colors that are distinct on white and on black, also with color blindness. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #424a53; }
  .title { font-weight: 600; font-size: 14px; }
  .value { font-size: 10px; text-anchor: middle; }
  .operation { text-anchor: middle; }
  .scale { text-anchor: end; font-size: 11px; }
  .grid { stroke: #8b949e; stroke-opacity: 0.3; }
  .floor { stroke: #424a53; stroke-width: 1.5; }
  .ours { fill: #0969da; }
  .naive { fill: #d9822b; }
  .tofu { fill: #8a63d2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #c9d1d9; }
    .floor { stroke: #c9d1d9; }
    .ours { fill: #4c9aff; }
    .naive { fill: #e8a35c; }
    .tofu { fill: #a98be6; }
  }`;

/**
 * Returns a chart of the ratios to the floor's time by operation, at the largest number of subscriptions that all
 * contestants have. Each mode has a panel. The scale is logarithmic, so that half and double have the same distance
 * from the floor.
 *
 * @returns an SVG
 */
export function chart({ measurements, options }: Round): string {
  const subscriptions = sizesIn(measurements).findLast((size) => options.sizes.includes(size)) ?? 0;
  const modes = [true, false].filter((mode) => measurements.some(({ checkpoints }) => checkpoints === mode));
  const ratioOf = (contestant: Name, checkpoints: boolean, operation: Operation) =>
    summarize(measurements, { contestant, subscriptions, checkpoints, operation })?.ratio;
  const all = modes.flatMap((mode) =>
    SHOWN.flatMap((name) => OPERATIONS.flatMap((operation) => ratioOf(name, mode, operation) ?? [])),
  );
  const low = Math.min(-1, Math.floor(Math.log2(Math.min(1, ...all))));
  const high = Math.max(1, Math.ceil(Math.log2(Math.max(1, ...all))));
  const shown = SHOWN.filter((name) => measurements.some(({ contestant }) => contestant === name));
  const panels = modes.map((mode, at) => {
    const top = TOP + at * PANEL;
    const y = (ratio: number) => top + 18 + (PLOT * (high - Math.log2(ratio))) / (high - low);
    const slot = (WIDTH - LEFT - RIGHT) / OPERATIONS.length;
    const bars = OPERATIONS.flatMap((operation, place) => {
      const middle = LEFT + slot * (place + 0.5);
      const first = middle - (shown.length * (BAR + GAP) - GAP) / 2;
      const own = shown.flatMap((name, index) => {
        const ratio = ratioOf(name, mode, operation);
        return ratio === undefined ? [] : [bar(name, first + index * (BAR + GAP), y(ratio), y(1), ratio, operation)];
      });
      return [...own, `<text class="operation" x="${round(middle)}" y="${top + PLOT + 42}">${operation}</text>`];
    });
    return [
      `<text class="title" x="${LEFT}" y="${top}">Checkpoints ${mode ? "on" : "off"}</text>`,
      ...grid(low, high, y),
      ...bars,
      `<line class="floor" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y(1))}" y2="${round(y(1))}"/>`,
    ].join("\n");
  });
  const height = TOP + modes.length * PANEL;
  const title = `Time in comparison with the engine's floor, ${subscriptions.toLocaleString("en-US")} subscriptions`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
<style>${STYLE}
</style>
<text class="title" x="${LEFT}" y="20">${title}: less is faster, 1 is the floor</text>
${legend(shown)}
${panels.join("\n")}
</svg>
`;
}

function legend(shown: readonly Name[]) {
  return shown
    .map((name, at) => {
      const x = LEFT + at * 130;
      return `<rect class="${name}" x="${x}" y="30" width="12" height="12"/><text x="${x + 18}" y="40">${NAMES[name]}</text>`;
    })
    .join("\n");
}

/** @param high powers of two */
function grid(low: number, high: number, y: (ratio: number) => number) {
  return Array.from({ length: high - low + 1 }, (_, at) => 2 ** (low + at)).map((ratio) => {
    const at = round(y(ratio));
    const text = ratio < 1 ? `1/${1 / ratio}` : String(ratio);
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/><text class="scale" x="${LEFT - 8}" y="${at + 4}">${text} ×</text>`;
  });
}

/** @param floor position of the floor, where the bar begins */
function bar(name: Name, x: number, end: number, floor: number, ratio: number, operation: string) {
  const [top, bottom] = [Math.min(end, floor), Math.max(end, floor)];
  const text = round(ratio >= 1 ? top - 4 : bottom + 12);
  const value = ratio.toFixed(2);
  return (
    `<rect class="${name}" x="${round(x)}" y="${round(top)}" width="${BAR}" height="${round(Math.max(bottom - top, 1))}">` +
    `<title>${NAMES[name]}, ${operation}: ${value} × the floor</title></rect>` +
    `<text class="value" x="${round(x + BAR / 2)}" y="${text}">${value}</text>`
  );
}

function round(number: number) {
  return Math.round(number * 10) / 10;
}
