import { newKey } from "./callback-create";
import { elements, processElements } from "./elements";
import { guid, text } from "./field";
import type { Call, Reply } from "./service";

/** §2.7. Rotates signature keys. The old key becomes invalid: documented. At once: assumed. Source: ENS REST contract §11 #40, §13 C8. */
export async function regenerateKey(call: Call): Promise<Reply> {
  const seconds = call.switches.regenerateOverlap;
  const body = await processElements(call, elements(call), {
    check: (element) => call.store.get("callbacks", call.mid, guid(text(element, "callbackId"), "callbackId")),
    work: (callback) => {
      const until = call.clock.now() + seconds * 1000;
      if (seconds > 0) callback.previousKey = { signatureKey: callback.signatureKey, until };
      else delete callback.previousKey;
      callback.signatureKey = newKey(call);
      const { callbackName, callbackId, url, signatureKey } = callback;
      return { callbackName, callbackId, url, signatureKey };
    },
  });
  return { status: 200, body };
}
