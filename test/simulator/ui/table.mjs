import { element } from "./dom.mjs";

/**
 * @typedef {object} Column
 * @property {string} title
 * @property {(item: any) => unknown} value data that determines the content of the cell
 * @property {(item: any) => Node | string | (Node | string)[]} [show] default: the value as text
 */

/**
 * Fills a table. Updates change only cells that differ, so that focus, selection and opened parts remain.
 *
 * @param {HTMLElement} section with a table, a `.total` and an `.empty`
 * @param {Column[]} columns
 * @param {(item: any) => string | number} keyOf
 */
export function tableIn(section, columns, keyOf) {
  const [table, total, empty] = [".scroll", ".total", ".empty"].map((selector) => section.querySelector(selector));
  const head = section.querySelector("thead");
  const body = section.querySelector("tbody");
  head.replaceChildren(element("tr", {}, ...columns.map(({ title }) => element("th", { scope: "col" }, title))));
  /** @type {Map<string | number, { row: HTMLElement, texts: string[] }>} */
  const rows = new Map();

  return (/** @type {{ total: number, items: any[] }} */ list) => {
    const items = new Map(list.items.map((item) => [keyOf(item), item]));
    for (const [key, { row }] of rows) {
      if (items.has(key)) continue;
      row.remove();
      rows.delete(key);
    }
    let place = body.firstElementChild;
    for (const [key, item] of items) {
      const known = rows.get(key) ?? { row: element("tr"), texts: [] };
      rows.set(key, known);
      update(known, columns, item);
      if (known.row === place) place = place.nextElementSibling;
      else body.insertBefore(known.row, place);
    }
    table.hidden = items.size === 0;
    empty.hidden = items.size > 0;
    total.textContent = items.size < list.total ? `The newest ${items.size} of ${list.total}` : String(list.total);
  };
}

/** @param {{ row: HTMLElement, texts: string[] }} known @param {Column[]} columns @param {any} item */
function update({ row, texts }, columns, item) {
  for (const [index, { title, value, show }] of columns.entries()) {
    const text = JSON.stringify(value(item)) ?? "";
    if (texts[index] === text) continue;
    texts[index] = text;
    const content = show === undefined ? String(value(item) ?? "") : show(item);
    const cell = element("td", { "data-title": title }, element("div", {}, ...[content].flat()));
    const old = row.children[index];
    if (old === undefined) row.append(cell);
    else old.replaceWith(cell);
  }
}
