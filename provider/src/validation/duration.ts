/** `"90s"` as 90,000; `undefined` when the text is no span of time. */
export function milliseconds(value: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value);
  if (parts === null) return undefined;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[parts[2] as "ms" | "s" | "m" | "h"];
  return Number(parts[1]) * unit;
}

/** The same for a text that is known to be a span of time. */
export function durationOf(value: string): number {
  const span = milliseconds(value);
  if (span === undefined) throw new Error(`${value} is no span of time`);
  return span;
}
