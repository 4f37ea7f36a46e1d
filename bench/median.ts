/**
 * Returns the median. For an even count, the median is the mean of the two middle numbers. Throws for an empty list.
 */
export function median(numbers: readonly number[]) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const half = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  if (low === undefined || high === undefined) throw new Error("there is no median of an empty list");
  return (low + high) / 2;
}
