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
    `find the verificationKey that ENS posted to ${url}, run 'pulumi config set --secret verificationKey <key>', ` +
    `pass config.getSecret("verificationKey") as verification.verificationKey`;
  return {
    awaited: "a person to give the verification key",
    advice,
    async key(callbackId) {
      if (verificationKey !== undefined) return verificationKey;
      throw new Error(`the verification key of ${callbackId} is not given; ${advice}`);
    },
  };
}
