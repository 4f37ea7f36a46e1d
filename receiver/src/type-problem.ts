/** Why a value of the wrong type, or none, is refused. */
export function typeProblem(input: unknown, what: string): string {
  if (input === undefined || input === null) return `is missing; give ${what}`;
  const kind = Array.isArray(input) ? "a list" : typeof input === "object" ? "an object" : `a ${typeof input}`;
  return `is ${kind}; give ${what}`;
}
