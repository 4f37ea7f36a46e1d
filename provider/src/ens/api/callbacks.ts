import { z } from "zod";
import type { EnsClient } from "../client";
import { listOf, oneItem } from "../codec";
import { emptyWhenGone } from "../errors";
import { type CallbackChange, type NewCallback, type Probe, routes } from "../routes";

/** POST leaves `status` out, and only POST and regenerate tell `signatureKey`. Source: ENS REST contract §2.1 to §2.4. */
const callback = z.object({
  callbackId: z.string().min(1),
  callbackName: z.string(),
  url: z.string(),
  maxBatchSize: z.number().nullish(),
  authId: z.string().nullish(),
  status: z.string().nullish(),
  statusReason: z.string().nullish(),
  signatureKey: z.string().optional(),
});
/** A callback as ENS shows it. */
export type LiveCallback = z.output<typeof callback>;

const aCallback = oneItem(callback);
const callbacks = listOf(callback);
const status = oneItem(callback.pick({ status: true }));
const names = listOf(callback.pick({ callbackId: true, callbackName: true, authId: true }));
const newKey = oneItem(z.object({ callbackId: z.string(), signatureKey: z.string().min(1) }));

/**
 * Lists the callbacks of the business unit; none where ENS answers 404. `shared`: one answer serves all who ask within ten
 * seconds. Source: ENS REST contract §2.2, §11 #33.
 */
export function listCallbacks(ens: EnsClient, { shared = false } = {}): Promise<LiveCallback[]> {
  const answer = shared ? ens.list(routes.callbacks, callbacks) : ens.get(routes.callbacks, callbacks);
  return answer.catch(emptyWhenGone);
}

/**
 * Lists the callbacks by name, with the scheme of each: `undefined` where ENS does not show it, also for a callback that
 * has one. Whatever else ENS says of them is not looked at. Source: ENS REST contract §2.2, §11 #9, #33.
 */
export function listCallbackNames(ens: EnsClient): Promise<z.output<typeof names>> {
  return ens.get(routes.callbacks, names).catch(emptyWhenGone);
}

/** Gets one callback. Rejects with a 404 when there is none. Source: ENS REST contract §2.3. */
export function getCallback(ens: EnsClient, id: string): Promise<LiveCallback> {
  return ens.get(routes.callback(id), aCallback);
}

/**
 * Gets ENS's word for the state of a callback, and does not look at anything else of it. Rejects with a 404 when there is
 * no such callback. Source: ENS REST contract §2.3, §11 #18.
 */
export function getCallbackStatus(ens: EnsClient, id: string): Promise<z.output<typeof status>> {
  return ens.get(routes.callback(id), status);
}

/**
 * Creates a callback. ENS first posts a probe to the url. Rejects with a 304, 409 or 400 when the url is taken, and with a
 * 400 that may name a callback which is left behind (`orphanOf`) when the probe fails. Source: ENS REST contract §2.1.
 */
export function createCallback(ens: EnsClient, body: NewCallback): Promise<LiveCallback> {
  return ens.post(routes.callbacks, [body], aCallback);
}

/**
 * Changes a callback; what ENS answers is not looked at. Rejects with a 404 when there is none, and perhaps with a 400 when
 * the scheme is sent unchanged. Source: ENS REST contract §2.4, §11 #8.
 */
export async function updateCallback(ens: EnsClient, body: CallbackChange): Promise<void> {
  await ens.put(routes.callbacks, [body], z.unknown());
}

/**
 * Deletes a callback; one that is gone is no error. Rejects with a 409 while subscriptions refer to it.
 * Source: ENS REST contract §2.5.
 */
export function deleteCallback(ens: EnsClient, id: string): Promise<void> {
  return ens.delete(routes.callback(id));
}

/**
 * Gives a verification key to ENS. Rejects with a 404 while ENS does not know the callback, and with a 400 or 304 when the
 * key is wrong or was used. Source: ENS REST contract §2.6, §3.
 */
export async function verifyCallback(ens: EnsClient, probe: Probe): Promise<void> {
  await ens.post(routes.verify, probe, z.unknown());
}

/** Makes another signature key; `undefined` when ENS answers 304 and gives none. Source: ENS REST contract §2.7. */
export function regenerateSignatureKey(
  ens: EnsClient,
  callbackId: string,
): Promise<z.output<typeof newKey> | undefined> {
  return ens.put(routes.regenerate, [{ callbackId }], newKey);
}
