import { shownUrl } from "../ens/shown-url";
import type { KeySource, Target } from "./strategy";

/** Waits while the receiver itself returns the verification key to ENS. Source: ENS REST contract §3. */
export function receiver(_options: object, { url }: Target): KeySource {
  return {
    awaited: `the receiver at ${shownUrl(url)} to return the verification key to ENS`,
    advice: `Make the receiver at ${shownUrl(url)} return the verification key to ENS (POST ens-verify)`,
    lookAt: "Look at the receiver's terminal",
    key: async () => undefined,
  };
}
