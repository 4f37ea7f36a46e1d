import { EnsError } from "../../ens/errors";

/**
 * Handles the rejection of a request for one object: returns `undefined` when ENS has no such object or rejects the id as
 * malformed, and rethrows every other error. Source: ENS REST contract §11 #35.
 */
export function nothingWhenAbsent(error: unknown): undefined {
  if (!(error instanceof EnsError && [400, 404, 405].includes(error.status ?? 0))) throw error;
}
