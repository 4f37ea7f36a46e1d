/** Somebody called the program in a way that it does not have: exit code 2. */
export class UsageError extends Error {}

/** Whatever `work` refuses is wrong usage of this option. */
export function asUsage<Value>(option: string, work: () => Value): Value {
  try {
    return work();
  } catch (cause) {
    throw new UsageError(`--${option}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
