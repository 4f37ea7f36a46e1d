/**
 * Creates an element. Texts are added as text, so that markup in a name has no effect.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] functions such as `onclick` become listeners, and `undefined` and `false` are ignored
 * @param {(Node | string)[]} children
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** @param {string} id */
export const byId = (id) => document.getElementById(id);

/** Splits a text and turns the parts between backticks into code. @param {string} text */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? element("code", {}, part) : part));
}

/** Formats a time of the simulator's clock, for example 2026-11-28 05:45:08. @param {number} milliseconds */
export function time(milliseconds) {
  const date = new Date(milliseconds);
  // The clock can be moved beyond the range of dates.
  if (Number.isNaN(date.getTime())) return String(milliseconds);
  return element("time", { datetime: date.toISOString() }, date.toISOString().slice(0, 19).replace("T", " "));
}

export const code = (/** @type {unknown} */ text) => element("code", {}, String(text ?? ""));
export const badge = (/** @type {unknown} */ text, /** @type {string} */ kind) =>
  element("span", { class: `badge ${kind}` }, String(text));
