/** Parses a duration: `"90s"` is 90,000. Returns `undefined` for other text. */
export function milliseconds(value: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value);
  if (parts === null) return undefined;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[parts[2] as "ms" | "s" | "m" | "h"];
  return Number(parts[1]) * unit;
}

/** Parses a text that is known to be a duration. Throws for other text. */
export function durationOf(value: string): number {
  const span = milliseconds(value);
  if (span === undefined) throw new Error(`${value} is not a duration`);
  return span;
}
