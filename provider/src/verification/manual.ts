import { reason } from "../ens/errors";
import { shownUrl } from "../ens/shown-url";
import { readKey } from "./read-key";
import type { KeySource, Target } from "./strategy";

/**
 * A person reads the key where the receiver logs it. The first run ends with what to do; the next one is given the key.
 * Source: ENS REST contract §3, way 2.
 */
export function manual(
  { verificationKey }: { readonly verificationKey?: string | undefined },
  { url }: Target,
): KeySource {
  const advice =
    `find the verificationKey that ENS posted to the receiver at ${shownUrl(url)}, run 'pulumi config set --secret verificationKey <key>', ` +
    `pass config.getSecret("verificationKey") as verification.verificationKey`;
  return {
    awaited: "a person to give the verification key",
    advice,
    async key(callbackId) {
      if (verificationKey === undefined) {
        throw new Error("verification.verificationKey is not given");
      }
      try {
        return readKey(verificationKey, callbackId);
      } catch (cause) {
        const wanted = `give the key that ENS posted for callback ${callbackId}, or the whole JSON that holds it`;
        throw new Error(`verification.verificationKey ${reason(cause)}; ${wanted}`, { cause });
      }
    },
  };
}
