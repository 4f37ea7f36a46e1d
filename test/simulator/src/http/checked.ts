import type { z } from "zod";

/** What a program gave, checked. Throws with the field, what is wrong with it, and what it can be. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const reasons = result.error.issues.map(({ path, message }) => [what, ...path].join(".").concat(": ", message));
  throw new Error(reasons.join("; "));
}
