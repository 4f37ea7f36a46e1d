import type { Service } from "../api/service";

/**
 * Returns a note for the journal when a request concerns a callback whose verification request has no response yet. A
 * receiver sends such a request when it verifies before it responds. Whether ENS has stored the callback by then is open.
 * Source: §11 #53.
 */
export function earlyNote({ store }: Pick<Service, "store">, ...texts: readonly string[]): string | undefined {
  const callback = store.probedIn(...texts);
  if (callback === undefined) return undefined;
  const came = "This request arrived before the receiver had responded to the verification request.";
  return store.has("callbacks", callback.callbackId)
    ? `${came} The simulator has stored the callback already, which is an assumption: ENS may return 404. Respond to the verification request first.`
    : `${came} The callback is not stored yet, so the status is 404. Respond to the verification request first.`;
}
