import { EnsError } from "../../ens/errors";

/** For `catch` on one object: there is none, or the id is none that ENS could have given. Source: ENS REST contract §11 #35. */
export function nothingWhenAbsent(error: unknown): undefined {
  if (!(error instanceof EnsError && [400, 404, 405].includes(error.status ?? 0))) throw error;
}
