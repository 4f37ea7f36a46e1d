/** Describes an error, including errors that have only a code or a list of errors. */
export function reason(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(reason).join("; ");
  if (!(error instanceof Error)) return String(error);
  const { code: text } = error as { code?: unknown };
  return typeof text === "string" && !error.message.includes(text) ? `${text} ${error.message}`.trim() : error.message;
}
