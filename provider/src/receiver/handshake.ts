import { z } from "zod";
import type { Access } from "../ens/access";
import { verifyCallback } from "../ens/api";
import { EnsError } from "../ens/errors";
import { poll, READ_LAG_MS } from "../ens/poll";
import type { Probe } from "../ens/routes";
import { openClient } from "../run/open-client";
import { environmentSource, readSettings } from "../run/settings";
import { typeProblem } from "../validation/problem";

/**
 * Anybody may post a probe, and what is in it gets into calls and logs. So it has to look like an id or a key; a GUID and
 * 44 characters of base64 are known, and the limit is far from both. Source: §2.1, §2.6.
 */
const word = z
  .string({ error: ({ input }) => typeProblem(input, "what ENS posted") })
  .trim()
  .regex(/^[!-~]{1,1024}$/, { error: "must be 1 to 1024 visible ASCII characters; give what ENS posted" });
/** Programs check the types of this file, and not all can check zod's: so this one is written out. */
const probe: z.ZodType<Probe> = z.object(
  { callbackId: word, verificationKey: word },
  { error: ({ input }) => typeProblem(input, "what parseProbe returned") },
);

/**
 * The body of ENS's first POST to a new callback, once parsed, or `undefined` for anything else. It is unsigned.
 * Source: §2.1.
 */
export function parseProbe(body: unknown): Probe | undefined {
  const parsed = probe.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

/**
 * Gives the verification key back to ENS. Answer the probe with 200 first, then call this: ENS waits for the answer
 * before it stores the callback, so the first tries may meet a 404, which is asked again for 30 s.
 *
 * Needs the permission `event_notification_callback_update`. Without `settings`, those of the environment are used.
 * Rejects when ENS still refuses then, and before ENS is asked with a `TypeError` when something else than a probe is
 * given. Source: ENS REST contract §2.6, §10.3.
 */
export async function completeHandshake(given: Probe & { readonly settings?: Access }): Promise<void> {
  const parsed = probe.safeParse(given);
  if (!parsed.success) throw new TypeError(parsed.error.issues.map(problem).join("; "));
  const { callbackId, verificationKey } = parsed.data;
  const ens = openClient(given.settings ?? readSettings(environmentSource(process.env)));
  try {
    let refused: unknown;
    const done = await poll(ens, READ_LAG_MS, `ENS to know callback ${callbackId}`, async () => {
      try {
        await verifyCallback(ens, { callbackId, verificationKey });
        return true;
      } catch (error) {
        if (!(error instanceof EnsError && error.gone)) throw error;
        refused = error;
        return undefined;
      }
    });
    if (done === undefined) throw refused;
  } finally {
    await ens.close();
  }
}

const problem = ({ path, message }: z.core.$ZodIssue) => `${path.join(".") || "the probe"} ${message}`;
