import { shownUrl } from "../ens/shown-url";
import type { KeySource, Target } from "./strategy";

/** The receiver gives the key back to ENS by itself; there is nothing to do but wait. Source: ENS REST contract §3. */
export function receiver(_options: object, { url }: Target): KeySource {
  return {
    awaited: `the receiver at ${shownUrl(url)} to give the verification key back to ENS`,
    advice: `let the receiver at ${shownUrl(url)} post the verification key to ens-verify`,
    key: async () => undefined,
  };
}
