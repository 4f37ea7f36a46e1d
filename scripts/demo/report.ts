/** A failure that the demo reports by its message alone, without a stack trace. */
export class Failed extends Error {}

export const say = (line: string) => console.log(line);

let step = 0;

export function heading(text: string) {
  step += 1;
  say(`\n${bold(`${step}. ${text}`)}\n`);
}

/**
 * Prints a claim that holds. Ends the demo when it does not hold.
 *
 * @param seen data to show when the claim does not hold
 */
export function check(claim: string, holds: boolean, seen?: unknown) {
  if (!holds) throw new Failed(`a check failed: ${claim}${seen === undefined ? "" : `\nFound: ${show(seen)}`}`);
  say(`  ✓ ${claim}`);
}

const show = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
const bold = (text: string) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
