import { reason } from "../ens/errors";
import { shownUrl } from "../ens/shown-url";
import { readKey } from "./read-key";
import type { KeySource, Target } from "./strategy";

/**
 * Takes the verification key from the program, after a person has read it in the receiver's log. The first run ends with
 * instructions, and the next run gets the key.
 * Source: ENS REST contract §3, way 2.
 */
export function manual(
  { verificationKey }: { readonly verificationKey?: string | undefined },
  { url }: Target,
): KeySource {
  const advice =
    `Find the verificationKey that ENS posted to the receiver at ${shownUrl(url)}, run 'pulumi config set --secret verificationKey <key>', ` +
    `and pass config.getSecret("verificationKey") as verification.verificationKey`;
  return {
    awaited: "verification.verificationKey to be set",
    advice,
    async key(callbackId) {
      if (verificationKey === undefined) {
        throw new Error("verification.verificationKey is not set");
      }
      try {
        return readKey(verificationKey, callbackId);
      } catch (cause) {
        const wanted = `Set the key that ENS posted for callback ${callbackId}, or the whole JSON that contains it`;
        throw new Error(`verification.verificationKey ${reason(cause)}. ${wanted}`, { cause });
      }
    },
  };
}
