import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** Checks what a program sent. Throws an error that names the field, what is wrong with it, and what it can be. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap(withinUnion);
  throw new Error(issues.map(({ path, message }) => [what, ...path].join(".").concat(": ", message)).join("; "));
}

/** The issues of the alternative that fits best: the one whose issues lie deepest in the value. */
function withinUnion(issue: Issue): readonly Pick<Issue, "path" | "message">[] {
  if (issue.code !== "invalid_union") return [issue];
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map(({ path }) => path.length));
  const [best = []] = [...issue.errors].sort((one, other) => depth(other) - depth(one));
  if (depth(best) === 0) return [issue];
  return best.map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
}
