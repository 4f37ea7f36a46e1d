import { createHmac, randomUUID } from "node:crypto";
import { RE2JS } from "re2js";
import type { Body } from "../api/field";
import type { Service } from "../api/service";
import { requestToken } from "../customer/customer-token";
import { NoAnswer } from "../customer/outbound";
import type { StoredCallback, StoredScheme, StoredSubscription } from "../store";
import { CATALOGUE } from "./catalogue";

/** Documented. Source: ENS REST contract §6.1, §6.3. */
const LIMIT_SECONDS = 3;
const ATTEMPTS = 3;

/** What became of one event for one subscription. */
export interface Delivery {
  readonly callbackId: string;
  readonly subscriptionId: string;
  readonly url: string;
  /** The receiver's last answer. */
  readonly status?: number;
  /** Why there was none. */
  readonly error?: string;
  readonly attempts: number;
  /** What the last attempt had as `Authorization`. */
  readonly authorization: "none" | "bearer" | "null";
}

/** Delivers an event to each active subscription that it matches, once per subscription. Assumed. Source: §11 #44. */
export async function emit(service: Service, tokens: Map<string, string>, event: Body): Promise<Delivery[]> {
  const { callbacks, subscriptions, authentications } = service.store.state;
  const whole = payload(service, event);
  const due = subscriptions.flatMap((subscription) => {
    const callback = callbacks.find(({ callbackId }) => callbackId === subscription.callbackId);
    const matches =
      subscription.status === "active" && callback?.status === "verified" && matching(subscription, whole);
    return matches ? [{ subscription, callback }] : [];
  });
  return Promise.all(
    due.map(({ subscription, callback }) => {
      const scheme = authentications.find(({ authId }) => authId === callback.authId);
      return deliver(service, tokens, subscription, callback, scheme, JSON.stringify([whole]));
    }),
  );
}

async function deliver(
  service: Service,
  tokens: Map<string, string>,
  subscription: StoredSubscription,
  callback: StoredCallback,
  scheme: StoredScheme | undefined,
  body: string,
): Promise<Delivery> {
  const { callbackId, url } = callback;
  const to = { callbackId, subscriptionId: subscription.subscriptionId, url };
  let last: Omit<Delivery, keyof typeof to | "attempts"> = { authorization: "none" };
  for (let attempts = 1; attempts <= ATTEMPTS; attempts += 1) {
    const token = scheme === undefined ? undefined : await bearer(service, tokens, scheme);
    const authorization = scheme === undefined ? "none" : token === undefined ? "null" : "bearer";
    const headers = {
      "content-type": "application/json",
      "x-sfmc-ens-signature": signature(service, callback.signatureKey, body),
      ...(scheme === undefined ? {} : { authorization: `Bearer ${token ?? "null"}` }),
    };
    try {
      const { status } = await service.outbound.post(url, headers, body, LIMIT_SECONDS);
      last = { authorization, status };
      // A delivery with `Bearer null` fails: documented. 200 to 204 acknowledge: documented. Source: §5.4, §6.1.
      if (authorization !== "null" && status >= 200 && status <= 204) return { ...to, ...last, attempts };
      if (scheme !== undefined && (status === 400 || status === 401)) tokens.delete(scheme.authId);
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      last = { authorization, error: error.message };
    }
  }
  return { ...to, ...last, attempts: ATTEMPTS };
}

/** A customer's token is used again until it is refused. Assumed. Source: §11 #46. */
async function bearer(
  service: Service,
  tokens: Map<string, string>,
  scheme: StoredScheme,
): Promise<string | undefined> {
  const token = tokens.get(scheme.authId) ?? (await requestToken(service.outbound, scheme));
  if (token !== undefined) tokens.set(scheme.authId, token);
  return token;
}

/** Base64 of HMAC-SHA256 over the raw body: documented. Sources disagree on the key material. Source: §6.2. */
function signature({ switches }: Service, key: string, body: string): string {
  const material = switches.hmacKeyMode === "utf8" ? key : Buffer.from(key, "base64");
  return createHmac("sha256", material).update(body).digest("base64");
}

/** Fields that events have in common; what is given goes over them. Documented. Source: §8.3. */
function payload({ clock }: Service, event: Body): Body {
  const ids = { jobId: "100", batchId: "1", listId: "5", subscriberId: "9", emailId: "7" };
  return {
    timestampUTC: clock.now(),
    compositeId: Object.values(ids).reverse().join("."),
    composite: ids,
    definitionKey: "NA",
    definitionId: randomUUID(),
    mid: 7000002,
    eid: 7000001,
    info: { to: "a@example.org", subscriberKey: "a-1", messageKey: randomUUID() },
    ...event,
  };
}

/** All pairs must hold; a key that the type does not have matches nothing. Source: §8.2. */
function matching({ eventCategoryTypes, filters }: StoredSubscription, event: Body): boolean {
  const type = String(event.eventCategoryType);
  if (!eventCategoryTypes.includes(type)) return false;
  const keys = CATALOGUE[type] ?? [];
  return filters.every((filter) => {
    const [key = "", wanted = ""] = [filter.slice(0, filter.indexOf("=")), filter.slice(filter.indexOf("=") + 1)];
    const info = (event.info ?? event.Info ?? {}) as Body;
    const value = event[key] ?? info[key];
    return keys.includes(key) && value !== undefined && (String(value) === wanted || matches(wanted, String(value)));
  });
}

/** A value may be an RE2 pattern for the whole text: documented; the anchoring is assumed. Source: §8.2, §11 #45. */
function matches(pattern: string, value: string): boolean {
  try {
    return RE2JS.compile(pattern).matches(value);
  } catch {
    return false;
  }
}
