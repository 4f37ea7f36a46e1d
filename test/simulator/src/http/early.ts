import type { Service } from "../api/service";

/**
 * What the journal says of a request about a callback whose probe is not answered yet. A receiver sends one when it
 * verifies first and answers then; whether ENS has stored the callback by then is open. Source: §11 #53.
 */
export function earlyNote({ store }: Pick<Service, "store">, ...texts: readonly string[]): string | undefined {
  const callback = store.probedIn(...texts);
  if (callback === undefined) return undefined;
  const came = "This request came before the probe of its callback was answered.";
  return store.has("callbacks", callback.callbackId)
    ? `${came} The callback is stored already, which is assumed: ENS may answer 404. Answer the probe first.`
    : `${came} The callback is not stored yet, and so the answer is 404. Answer the probe first.`;
}
