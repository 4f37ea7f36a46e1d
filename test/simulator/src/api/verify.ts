import type { StoredCallback } from "../store";
import { guid, objectOf, text } from "./field";
import { notFound, Refusal, unchanged } from "./refusal";
import type { Call, Reply, Service } from "./service";

/** Documented. Source: ENS REST contract §2.6. */
const KEY_LIFE_MS = 4 * 3_600_000;

/**
 * §2.6. A bare object; key single use, within four hours; wrong id or key 404: documented. It compares keys and
 * contacts nobody: assumed. Source: §11.3 A22.
 */
export function verifyCallback(call: Call): Reply {
  const body = objectOf(call.body);
  const id = guid(text(body, "callbackId"), "callbackId");
  const key = text(body, "verificationKey");
  const callback = call.store.get("callbacks", call.mid, id);
  if (callback.verificationKey !== key) throw wrongKey(call, callback);
  if (callback.keyState === "used") return again(call);
  if (callback.keyState === "dead" || ranOut(call, callback)) throw notFound();
  Object.assign(callback, { keyState: "used", status: "verified", verifiedAt: call.clock.now() });
  return { status: 200 };
}

/** Wrong keys spend nothing. Assumed. Source: §11 #21. */
function wrongKey({ switches: { maxWrongKeys } }: Call, callback: StoredCallback): Refusal {
  callback.wrongKeys += 1;
  const tooMany = maxWrongKeys !== null && callback.wrongKeys >= maxWrongKeys;
  if (tooMany && callback.keyState === "live") callback.keyState = "dead";
  return notFound();
}

/** The right key once more. Assumed. Source: §11 #20. */
function again({ switches: { reverify } }: Call): Reply {
  if (reverify === "404") throw notFound();
  if (reverify === "304") throw unchanged();
  if (reverify === "400") throw new Refusal(400, 30001, "The callback is verified already.");
  return { status: 200 };
}

const ranOut = ({ clock }: Service, { createdAt }: StoredCallback) => clock.now() - createdAt > KEY_LIFE_MS;

/** Nothing says what becomes of a callback whose key ran out; it is kept. Assumed. Source: §11 #19. */
export function deleteExpired(service: Service): void {
  if (service.switches.expire === "keep") return;
  for (const callback of service.store.state.callbacks) {
    if (callback.keyState === "live" && ranOut(service, callback)) {
      service.store.remove("callbacks", callback.callbackId);
    }
  }
}
