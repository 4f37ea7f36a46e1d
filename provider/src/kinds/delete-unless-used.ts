import type { EnsClient } from "../ens/client";
import { EnsError } from "../ens/errors";
import { ASSOCIATION_LAG_MS, poll } from "../ens/poll";

/** What stands in the way of a delete, as a person would look for it. */
export interface Blocker {
  readonly id: string;
  readonly name: string;
}

/**
 * Deletes an object that ENS refuses to delete while others refer to it. A refusal with nobody in sight is the lag of
 * an association that is gone: it is asked again for up to two minutes. With somebody in sight it is explained.
 *
 * Source: ENS REST contract §2.5 (409 for callbacks), §11 #6 (schemes: the status is not documented; 409 or 400).
 */
export async function deleteUnlessUsed(
  ens: EnsClient,
  path: string,
  object: string,
  by: { readonly noun: string; readonly advice: string; find(): Promise<Blocker[]> },
): Promise<void> {
  let seenBefore = false;
  let refused: EnsError | undefined;
  const outcome = await poll(ens, ASSOCIATION_LAG_MS, `ENS to let go of ${object}`, async () => {
    try {
      await ens.delete(path);
      return "deleted" as const;
    } catch (error) {
      if (!(error instanceof EnsError && (error.status === 409 || error.status === 400))) throw error;
      refused = error;
    }
    const blockers = (await by.find()).filter((blocker) => !ens.deleted.has(blocker.id));
    if (blockers.length === 0 && refused.status === 400) throw refused;
    if (blockers.length > 0 && seenBefore) return blockers;
    seenBefore = blockers.length > 0;
    return undefined;
  });
  if (outcome === "deleted") return;
  if (outcome === undefined) {
    const why = `${refused?.message}, after ${ASSOCIATION_LAG_MS / 1000} s and although no ${by.noun} is listed`;
    throw new Error(`${why}; run the same command again later`, { cause: refused });
  }
  const names = outcome.map((blocker) => `${blocker.name} (${blocker.id})`).join(", ");
  const many = `${outcome.length} ${by.noun}${outcome.length === 1 ? "" : "s"}`;
  throw new Error(`${object} still has ${many}: ${names}; ${by.advice}`, { cause: refused });
}
