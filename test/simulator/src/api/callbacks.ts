import { isSuspended } from "../events/suspension";
import type { StoredCallback } from "../store";
import type { Body } from "./field";
import { Refusal } from "./refusal";
import { type Call, deleted, idInPath, listed, type Reply, type Service } from "./service";

/** §2.2. Documented. */
export const listCallbacks = (call: Call): Reply =>
  listed(
    call,
    call.store.of("callbacks", call.mid).map((callback) => shown(call, callback)),
  );

/** §2.3. Documented. */
export const getCallback = (call: Call): Reply => ({ status: 200, body: shown(call, existing(call)) });

/**
 * §2.5. 409 while subscriptions exist: documented. Paused subscriptions count, and recently deleted ones may count:
 * assumed.
 */
export function deleteCallback(call: Call): Reply {
  return deleted(call, "callbacks", idInPath(call, "callbackId"), ({ callbackId }) => {
    if ([call.store, call.associations()].every((store) => store.attachedTo(callbackId).length === 0)) return;
    throw new Refusal(409, 30002, "Delete all subscriptions of the callback before you delete the callback.");
  });
}

const existing = (call: Call) => call.store.get("callbacks", call.mid, idInPath(call, "callbackId"));

/** The fields of a response: six documented ones, and `authId` if a switch shows it. Never a key. Source: §2.2, §11 #9. */
function shown(service: Service, callback: StoredCallback): Body {
  const { callbackId, callbackName, url, maxBatchSize, statusReason, authId } = callback;
  const visible = { callbackId, callbackName, url, maxBatchSize, status: statusOf(service, callback), statusReason };
  return authId !== undefined && service.switches.exposeAuthId === "on" ? { ...visible, authId } : visible;
}

/** Only `verified` is documented. The other texts are assumed. Source: §3, §11 #18, #41. */
function statusOf({ switches, clock }: Service, callback: StoredCallback): string {
  if (callback.status === "unverified") return switches.unverifiedStatus;
  const suspended = switches.exposeSuspension === "on" && isSuspended(callback, switches, clock.now());
  return suspended ? "suspended" : callback.status;
}
