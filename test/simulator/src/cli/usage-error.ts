/** Wrong usage of the command line. The program ends with exit code 2. */
export class UsageError extends Error {}

/** Runs `work` and turns its errors into wrong usage of this option. */
export function asUsage<Value>(option: string, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw new UsageError(`--${option}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
