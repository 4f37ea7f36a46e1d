import { z } from "zod";
import type { EnsClient } from "../client";
import { listOf, oneItem } from "../codec";
import { emptyWhenGone } from "../errors";
import { type CallbackChange, type NewCallback, type Probe, routes } from "../routes";

/** POST returns no `status`. Only POST and regenerate return `signatureKey`. Source: ENS REST contract §2.1 to §2.4. */
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
/** A callback as ENS returns it. */
export type LiveCallback = z.output<typeof callback>;

const oneCallback = oneItem(callback);
const callbacks = listOf(callback);
const callbackStatus = oneItem(callback.pick({ status: true }));
const names = listOf(callback.pick({ callbackId: true, callbackName: true, authId: true }));
const newKey = oneItem(z.object({ callbackId: z.string(), signatureKey: z.string().min(1) }));

/**
 * Lists the callbacks of the business unit. A 404 counts as an empty list. With `shared`, callers share one response for ten
 * seconds. Source: ENS REST contract §2.2, §11 #33.
 */
export function listCallbacks(ens: EnsClient, { shared = false } = {}): Promise<LiveCallback[]> {
  const response = shared ? ens.list(routes.callbacks, callbacks) : ens.get(routes.callbacks, callbacks);
  return response.catch(emptyWhenGone);
}

/**
 * Lists id, name and auth scheme of the callbacks, and ignores the rest of the response. `authId` is `undefined` if ENS does
 * not return it, even for a callback that has an auth scheme. Source: ENS REST contract §2.2, §11 #9, #33.
 */
export function listCallbackNames(ens: EnsClient): Promise<z.output<typeof names>> {
  return ens.get(routes.callbacks, names).catch(emptyWhenGone);
}

/** Gets one callback. Rejects with a 404 when it does not exist. Source: ENS REST contract §2.3. */
export function getCallback(ens: EnsClient, id: string): Promise<LiveCallback> {
  return ens.get(routes.callback(id), oneCallback);
}

/**
 * Gets the status of a callback, and ignores the rest of the response. Rejects with a 404 when the callback does not exist.
 * Source: ENS REST contract §2.3, §11 #18.
 */
export function getCallbackStatus(ens: EnsClient, id: string): Promise<z.output<typeof callbackStatus>> {
  return ens.get(routes.callback(id), callbackStatus);
}

/**
 * Creates a callback. ENS first sends a verification request to its URL. Rejects with a 304, 409 or 400 when the URL is
 * taken, and with a 400 when the verification request fails. That 400 may name a callback that ENS left behind
 * (`orphanIn`). Source: ENS REST contract §2.1.
 */
export function createCallback(ens: EnsClient, body: NewCallback): Promise<LiveCallback> {
  return ens.post(routes.callbacks, [body], oneCallback);
}

/**
 * Updates a callback, and ignores the response body. Rejects with a 404 when the callback does not exist. ENS may return a
 * 400 when the auth scheme is sent unchanged. Source: ENS REST contract §2.4, §11 #8.
 */
export async function updateCallback(ens: EnsClient, body: CallbackChange): Promise<void> {
  await ens.put(routes.callbacks, [body], z.unknown());
}

/**
 * Deletes a callback. Succeeds if it no longer exists. Rejects with a 409 while subscriptions refer to it.
 * Source: ENS REST contract §2.5.
 */
export function deleteCallback(ens: EnsClient, id: string): Promise<void> {
  return ens.delete(routes.callback(id));
}

/**
 * Returns a verification key to ENS. Rejects with a 404 while ENS does not know the callback, and with a 400 or 304 when the
 * key is wrong or was already used. Source: ENS REST contract §2.6, §3.
 */
export async function verifyCallback(ens: EnsClient, probe: Probe): Promise<void> {
  await ens.post(routes.verify, probe, z.unknown());
}

/** Rotates the signature key. Resolves with `undefined` for a 304, which contains no key. Source: ENS REST contract §2.7. */
export function regenerateSignatureKey(
  ens: EnsClient,
  callbackId: string,
): Promise<z.output<typeof newKey> | undefined> {
  return ens.put(routes.regenerate, [{ callbackId }], newKey);
}
