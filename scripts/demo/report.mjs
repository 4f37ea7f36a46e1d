/** A failure that the demo reports by its message alone, without a stack trace. */
export class Failed extends Error {}

export const say = (/** @type {string} */ line) => console.log(line);

let step = 0;

/** @param {string} text */
export function heading(text) {
  step += 1;
  say(`\n${bold(`${step}. ${text}`)}\n`);
}

/**
 * Prints a claim that holds. Ends the demo when it does not hold.
 *
 * @param {string} claim
 * @param {boolean} holds
 * @param {unknown} [seen] data to show when the claim does not hold
 */
export function check(claim, holds, seen) {
  if (!holds) throw new Failed(`a check failed: ${claim}${seen === undefined ? "" : `\nFound: ${show(seen)}`}`);
  say(`  ✓ ${claim}`);
}

const show = (/** @type {unknown} */ value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
const bold = (/** @type {string} */ text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
