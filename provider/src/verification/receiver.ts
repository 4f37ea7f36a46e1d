import { z } from "zod";
import type { EnsClient } from "../ens/client";
import { EnsError } from "../ens/errors";
import { poll, READ_LAG_MS } from "../ens/poll";

const answer = z.object({ status: z.string().nullish() });

/**
 * The receiver gives the key back to ENS by itself; we ask ENS until it says `verified`, or the time is up.
 *
 * Resolves with ENS's last word, which is not `verified` when the time is up. A 404 within 30 s is not believed.
 * Source: ENS REST contract §3, way 1; §11 #18 for the words.
 */
export async function receiver(ens: EnsClient, callbackId: string, forMilliseconds: number): Promise<string> {
  const path = `/platform/v1/ens-callbacks/${encodeURIComponent(callbackId)}`;
  const start = ens.clock.now();
  let status = "unverified";
  await poll(ens, forMilliseconds, `the receiver to verify callback ${callbackId}`, async () => {
    const said = await ens.get(path, answer).catch((error: unknown) => {
      const early = ens.clock.now() - start < READ_LAG_MS;
      if (!(error instanceof EnsError && error.gone && early)) throw error;
      return { status: undefined };
    });
    status = said.status ?? status;
    return isVerified(status) ? true : undefined;
  });
  return status;
}

/** ENS's words for the state of a callback are open; only this one means ready. Source: §11 #18. */
export function isVerified(status: string | null | undefined): boolean {
  return status?.toLowerCase() === "verified";
}
