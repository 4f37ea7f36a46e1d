/** A wrong use of the command, told in one sentence. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
