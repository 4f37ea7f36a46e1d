import type { Paint, Terminal } from "./terminal";
import { visible } from "./visible";

/** A text, with or without a color. */
export type Cell = string | { readonly text: string; readonly paint: Paint };

/** Returns a table with a heading and aligned columns. */
export function tableText(terminal: Terminal, head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const all: readonly (readonly Cell[])[] = [head.map((text) => ({ text, paint: "bold" as const })), ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => widthOf(textOf(row[at])))));
  return all
    .map((row) => {
      const cells = row.map((cell, at) => {
        const text = textOf(cell);
        const padding = at === row.length - 1 ? "" : " ".repeat((widths[at] ?? 0) - widthOf(text));
        return `${typeof cell === "string" ? text : terminal.paint(cell.paint, text)}${padding}`;
      });
      return cells.join("  ").trimEnd();
    })
    .join("\n");
}

/** Returns one line for each property. */
export function pageText(terminal: Terminal, properties: readonly (readonly [string, Cell])[]): string {
  const width = Math.max(...properties.map(([name]) => name.length));
  return properties
    .map(([name, cell]) => {
      const text = textOf(cell);
      return `${name.padEnd(width)}  ${typeof cell === "string" ? text : terminal.paint(cell.paint, text)}`.trimEnd();
    })
    .join("\n");
}

const textOf = (cell: Cell = "") => visible(typeof cell === "string" ? cell : cell.text);

/** Returns the columns that a text takes. East Asian characters and emoji take two. */
function widthOf(text: string): number {
  const wide =
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
  return [...text.replace(/\p{M}/gu, "")].reduce((sum, letter) => sum + (wide.test(letter) ? 2 : 1), 0);
}

/** Returns a count with its noun, such as `1 callback` or `2 callbacks`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
