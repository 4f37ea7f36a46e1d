import type { Box, CallbackBox, Graph } from "./model";

export interface Placed extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A line from the right side of one box to the left side of another. */
export interface Line {
  readonly from: Placed;
  readonly to: Placed;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Placed[];
  readonly lines: readonly Line[];
}

const WIDTHS = { scheme: 290, callback: 280, subscription: 280 } as const;
const BETWEEN = 70;
const HEIGHT = 36;
const ROW = 42;
/** Vertical space between two callbacks. */
const GAP = 12;

/** Places the boxes in three columns, each centered on the boxes that it leads to. Leaves `top` free for a title. */
export function layoutOf({ schemes, callbacks }: Graph, top: number): Layout {
  const firstX = schemes.length === 0 ? 0 : WIDTHS.scheme + BETWEEN;
  const columns = { callback: firstX, subscription: firstX + WIDTHS.callback + BETWEEN };
  const lines: Line[] = [];
  const boxes: Placed[] = [];
  const placedCallbacks: Placed[] = [];
  let y = top;
  for (const callback of callbacks) {
    const rows = Math.max(1, callback.subscriptions.length);
    const middle = y + ((rows - 1) * ROW) / 2;
    const placed = placedAt(callback, columns.callback, middle, WIDTHS.callback);
    placedCallbacks.push(placed);
    const subscriptions = callback.subscriptions.map((box, at) =>
      placedAt(box, columns.subscription, y + at * ROW, WIDTHS.subscription),
    );
    boxes.push(placed, ...subscriptions);
    lines.push(...subscriptions.map((to) => ({ from: placed, to })));
    y += rows * ROW + GAP;
  }
  const placedSchemes = placeSchemes(schemes, callbacks, placedCallbacks, top);
  lines.push(
    ...callbacks.flatMap(({ scheme }, at) => {
      const [from, to] = [scheme === undefined ? undefined : placedSchemes[scheme], placedCallbacks[at]];
      return from === undefined || to === undefined ? [] : [{ from, to }];
    }),
  );
  const all = [...placedSchemes, ...boxes];
  const bottom = Math.max(top, ...all.map((box) => box.y + box.height));
  return { width: columns.subscription + WIDTHS.subscription, height: bottom, boxes: all, lines };
}

/** Places each auth scheme beside the center of its callbacks, without overlaps. */
function placeSchemes(
  schemes: readonly Box[],
  callbacks: readonly CallbackBox[],
  placed: readonly Placed[],
  top: number,
): Placed[] {
  let free = top;
  return schemes.map((box, index) => {
    const own = placed.filter((_, at) => callbacks[at]?.scheme === index).map(({ y }) => y);
    const middle = own.reduce((sum, y) => sum + y, 0) / Math.max(1, own.length);
    const y = Math.max(free, middle);
    free = y + ROW;
    return placedAt(box, 0, y, WIDTHS.scheme);
  });
}

const placedAt = ({ title, detail, tone }: Box, x: number, y: number, width: number): Placed => ({
  title,
  detail,
  tone,
  x,
  y,
  width,
  height: HEIGHT,
});
