import type { StoredCallback } from "../store";
import { guid, objectOf, text } from "./field";
import { notFound, Refusal, unchanged } from "./refusal";
import type { Call, Reply, Service } from "./service";

/** Documented. Source: ENS REST contract §2.6. */
const KEY_LIFE_MS = 4 * 3_600_000;

/**
 * §2.6. Verifies a callback. The body is an object, a key works once and within four hours, and a wrong id or key gets
 * 404: documented. ENS only compares keys and contacts no other server: assumed. Source: §11.3 A22.
 */
export function verifyCallback(call: Call): Reply {
  const body = objectOf(call.body);
  const id = guid(text(body, "callbackId"), "callbackId");
  const key = text(body, "verificationKey");
  const callback = call.store.get("callbacks", call.mid, id);
  if (callback.verificationKey !== key) throw wrongKey(call, callback);
  if (callback.keyState === "used") return respondAgain(call);
  if (callback.keyState === "dead" || isExpired(call, callback)) throw notFound();
  Object.assign(callback, { keyState: "used", status: "verified", verifiedAt: call.clock.now() });
  return { status: 200 };
}

/** Wrong keys do not invalidate the right one. Assumed. Source: §11 #21. */
function wrongKey({ switches: { maxWrongKeys } }: Call, callback: StoredCallback): Refusal {
  callback.wrongKeys += 1;
  const tooMany = maxWrongKeys !== null && callback.wrongKeys >= maxWrongKeys;
  if (tooMany && callback.keyState === "live") callback.keyState = "dead";
  return notFound();
}

/** Responds to the right key of a verified callback. Assumed. Source: §11 #20. */
function respondAgain({ switches: { reverify } }: Call): Reply {
  if (reverify === "404") throw notFound();
  if (reverify === "304") throw unchanged();
  if (reverify === "400") throw new Refusal(400, 30001, "The callback is verified already.");
  return { status: 200 };
}

const isExpired = ({ clock }: Service, { createdAt }: StoredCallback) => clock.now() - createdAt > KEY_LIFE_MS;

/**
 * Deletes callbacks whose verification key expired, if a switch says so. No source says what happens to them, so they are
 * kept by default. Assumed. Source: §11 #19.
 */
export function deleteExpired(service: Service): void {
  if (service.switches.expire === "keep") return;
  for (const callback of service.store.state.callbacks) {
    if (callback.keyState === "live" && isExpired(service, callback)) {
      service.store.remove("callbacks", callback.callbackId);
    }
  }
}
