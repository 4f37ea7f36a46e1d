/**
 * Makes an element. Texts go in as text, so that a name with markup in it stays a name.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `onclick` and the like are listeners; `undefined` and `false` are none
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

/** A text whose parts between backticks are code. @param {string} text */
export function prose(text) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? element("code", {}, part) : part));
}

/** A time of the simulator's clock, like 2026-11-28 05:45:08 UTC. @param {number} milliseconds */
export function time(milliseconds) {
  const date = new Date(milliseconds);
  // A clock can be moved further than dates reach.
  if (Number.isNaN(date.getTime())) return String(milliseconds);
  return element("time", { datetime: date.toISOString() }, date.toISOString().slice(0, 19).replace("T", " "));
}

export const code = (/** @type {unknown} */ text) => element("code", {}, String(text ?? ""));
export const badge = (/** @type {unknown} */ text, /** @type {string} */ kind) =>
  element("span", { class: `badge ${kind}` }, String(text));
