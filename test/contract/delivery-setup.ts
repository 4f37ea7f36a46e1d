import type { Delivery, Skipped } from "pulumi-ens-simulator";
import { type Made, SCHEMES, SUBSCRIPTIONS, verified } from "./steps";
import type { Session } from "./suite";

/** The event types of most cases. */
export const SENT = "TransactionalSendEvents.EmailSent";
export const NOT_SENT = "TransactionalSendEvents.EmailNotSent";
export const BOUNCED = "TransactionalSendEvents.EmailBounced";

export const EVENT = { eventCategoryType: SENT };

/** Builds an event with a key by which a case recognizes it. */
export const mail = (definitionKey: string, type = SENT) => ({ eventCategoryType: type, definitionKey });

/** Creates an active subscription, by default to `EmailSent`. Returns its id. */
export async function subscriptionOf(
  ens: Session,
  callbackId: string,
  fields: object = {},
  token?: string,
): Promise<string> {
  const body = [{ subscriptionName: ens.name("subscription"), callbackId, eventCategoryTypes: [SENT], ...fields }];
  const made = await ens.call("POST", SUBSCRIPTIONS, body, token === undefined ? {} : { token });
  expect(made.status).toBe(201);
  return String(made.items[0]?.subscriptionId);
}

/** Creates a verified callback with one subscription. */
export async function subscribed(
  ens: Session,
  fields: { readonly callback?: object; readonly subscription?: object } = {},
): Promise<Made & { readonly subscriptionId: string }> {
  const callback = await verified(ens, fields.callback);
  return { ...callback, subscriptionId: await subscriptionOf(ens, callback.callbackId, fields.subscription) };
}

export const CREDENTIALS = { clientId: "ens-client", clientSecret: "ens-secret" };

/** Creates an auth scheme of the authorization server. Returns its id. */
export async function schemeOf(ens: Session, fields: object = {}): Promise<string> {
  const body = {
    authType: "oauth2",
    grantType: "client_credentials",
    authUrl: "https://login.example.org/token",
    ...CREDENTIALS,
    ...fields,
  };
  const made = await ens.call("POST", SCHEMES, body);
  expect(made.status).toBe(201);
  return String(made.items[0]?.authId);
}

/** Pauses or resumes a subscription. */
export async function turnSubscription(ens: Session, subscriptionId: string, status: "paused" | "active") {
  const body = [{ subscriptionId, eventCategoryTypes: [SENT], status, statusReason: "by hand" }];
  expect((await ens.call("PUT", SUBSCRIPTIONS, body)).status).toBe(200);
}

/** Returns all events that arrived, in order. */
export function arrivedEvents(ens: Session): Record<string, unknown>[] {
  return ens.receiver.received.flatMap(({ body }) => JSON.parse(body) as Record<string, unknown>[]);
}

/** Returns the keys of the events that arrived, in order. */
export const arrivedKeys = (ens: Session) => arrivedEvents(ens).map(({ definitionKey }) => definitionKey);

export const advance = (ens: Session, advanceSeconds: number) => ens.simulator.admin.clock({ advanceSeconds });

/** Returns the outcomes of the deliveries, oldest first. */
export const outcomes = async (ens: Session): Promise<Delivery["outcome"][]> =>
  (await ens.simulator.admin.deliveries()).map(({ outcome }) => outcome);

/** Returns why subscriptions were skipped. */
export const reasons = (skipped: readonly Skipped[]) => skipped.map(({ reason }) => reason);

/** Emits an event whose three immediate attempts fail. */
export async function failing(ens: Session, definitionKey = "failing"): Promise<void> {
  ens.receiver.answers = [503, 503, 503];
  await ens.simulator.admin.emit(mail(definitionKey));
  await advance(ens, 3);
  expect(ens.receiver.answers).toEqual([]);
}
