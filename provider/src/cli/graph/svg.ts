import type { Tone } from "../shared/status";
import { countOf } from "../shared/table";
import { type Line, layoutOf, type Placed } from "./layout";
import type { Graph } from "./model";

const MARGIN = 16;
const TOP = 40;
/** Approximate number of characters that fit into a box. */
const LONGEST = { title: 38, detail: 44 } as const;

const STYLE = `
  svg { --page: #ffffff; --text: #1b1f24; --dim: #57606a; --box: #f6f8fa; --edge: #afb8c1;
    --good: #1a7f37; --waiting: #bf8700; --bad: #cf222e; }
  @media (prefers-color-scheme: dark) { svg { --page: #0d1117; --text: #e6edf3; --dim: #9198a1; --box: #161b22;
    --edge: #3d444d; --good: #3fb950; --waiting: #d29922; --bad: #f85149; } }
  .page { fill: var(--page); } .box { fill: var(--box); stroke: var(--edge); } .line { fill: none; stroke: var(--edge); }
  text { font: 12px system-ui, sans-serif; fill: var(--text); } .dim { fill: var(--dim); font-size: 11px; }
  rect.good { fill: var(--good); } rect.waiting { fill: var(--waiting); } rect.bad { fill: var(--bad); }
  .line.waiting { stroke: var(--waiting); stroke-dasharray: 4 3; } .line.bad { stroke: var(--bad); stroke-dasharray: 4 3; }`;

const LEGEND: readonly (readonly [Tone, string])[] = [
  ["good", "working"],
  ["waiting", "waiting or paused"],
  ["bad", "broken or suspended"],
];

/** Returns the graph as an SVG for light and dark pages. The texts repeat what the colors mean. */
export function svgOf(graph: Graph): string {
  const layout = layoutOf(graph, MARGIN + TOP);
  const subscriptions = graph.callbacks.reduce((sum, each) => sum + each.subscriptions.length, 0);
  const title = `${countOf(graph.schemes.length, "auth scheme")}, ${countOf(graph.callbacks.length, "callback")}, ${countOf(subscriptions, "subscription")}`;
  const [width, height] = [layout.width + 2 * MARGIN, layout.height + MARGIN];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...headLines(title, width),
    `<g transform="translate(${MARGIN} 0)">`,
    ...layout.lines.map(lineText),
    ...layout.boxes.map(boxText),
    "</g>",
    "</svg>",
  ].join("\n");
}

function headLines(title: string, width: number): string[] {
  let x = width - MARGIN - 370;
  const marks = LEGEND.map(([tone, words]) => {
    const at = x;
    x += words.length * 6.3 + 36;
    return `<rect class="${tone}" x="${at}" y="21" width="10" height="10" rx="2"/><text class="dim" x="${at + 15}" y="30">${words}</text>`;
  });
  return [`<text x="${MARGIN}" y="31" style="font-size: 15px; font-weight: 600">${escaped(title)}</text>`, ...marks];
}

/** Draws a line. A dashed line means that nothing is delivered. */
function lineText({ from, to }: Line): string {
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2];
  const middle = (x1 + x2) / 2;
  return `<path class="line ${to.tone}" d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
}

function boxText({ title, detail, tone, x, y, width, height }: Placed): string {
  return (
    `<g><title>${escaped(title)}: ${escaped(detail)}</title>` +
    `<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="4"/>` +
    `<rect class="${tone}" x="${x}" y="${y}" width="5" height="${height}" rx="2"/>` +
    `<text x="${x + 13}" y="${y + 15}">${escaped(cut(title, LONGEST.title))}</text>` +
    `<text class="dim" x="${x + 13}" y="${y + 29}">${escaped(cut(detail, LONGEST.detail))}</text></g>`
  );
}

function cut(text: string, most: number): string {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
