/** The demo's own failure: its message says it all, a stack would say nothing. */
export class Failed extends Error {}

export const say = (/** @type {string} */ line) => console.log(line);

let step = 0;

/** @param {string} text */
export function heading(text) {
  step += 1;
  say(`\n${bold(`${step}. ${text}`)}\n`);
}

/**
 * One line when it holds; the demo ends when it does not.
 *
 * @param {string} claim
 * @param {boolean} holds
 * @param {unknown} [seen] shown when it does not hold
 */
export function check(claim, holds, seen) {
  if (!holds) throw new Failed(`this does not hold: ${claim}${seen === undefined ? "" : `\nseen: ${show(seen)}`}`);
  say(`  ✓ ${claim}`);
}

const show = (/** @type {unknown} */ value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
const bold = (/** @type {string} */ text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
