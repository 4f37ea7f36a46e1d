/** Explains why a value is rejected that is missing or has the wrong type. `what` describes the expected value. */
export function typeProblem(input: unknown, what: string): string {
  if (input === undefined || input === null) return `is missing; give ${what}`;
  const kind = Array.isArray(input) ? "a list" : typeof input === "object" ? "an object" : `a ${typeof input}`;
  return `is ${kind}; give ${what}`;
}
