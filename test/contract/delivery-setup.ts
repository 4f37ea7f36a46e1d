import type { Delivery, Skipped } from "pulumi-ens-simulator";
import { type Made, SCHEMES, SUBSCRIPTIONS, verified } from "./steps";
import type { Session } from "./suite";

/** Types that most cases use. */
export const SENT = "TransactionalSendEvents.EmailSent";
export const NOT_SENT = "TransactionalSendEvents.EmailNotSent";
export const BOUNCED = "TransactionalSendEvents.EmailBounced";

export const EVENT = { eventCategoryType: SENT };

/** An event of a type and key that a case tells apart from others. */
export const mail = (definitionKey: string, type = SENT) => ({ eventCategoryType: type, definitionKey });

/** An active subscription to `EmailSent`, if nothing else is given; its id. */
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

/** A verified callback with one subscription. */
export async function subscribed(
  ens: Session,
  fields: { readonly callback?: object; readonly subscription?: object } = {},
): Promise<Made & { readonly subscriptionId: string }> {
  const callback = await verified(ens, fields.callback);
  return { ...callback, subscriptionId: await subscriptionOf(ens, callback.callbackId, fields.subscription) };
}

export const CREDENTIALS = { clientId: "ens-client", clientSecret: "ens-secret" };

/** A scheme for the customer's authorization server; its id. */
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

/** Pauses or resumes. */
export async function turnSubscription(ens: Session, subscriptionId: string, status: "paused" | "active") {
  const body = [{ subscriptionId, eventCategoryTypes: [SENT], status, statusReason: "by hand" }];
  expect((await ens.call("PUT", SUBSCRIPTIONS, body)).status).toBe(200);
}

/** All events that arrived, in order. */
export function arrivedEvents(ens: Session): Record<string, unknown>[] {
  return ens.receiver.received.flatMap(({ body }) => JSON.parse(body) as Record<string, unknown>[]);
}

/** The keys of the events that arrived, in order. */
export const arrivedKeys = (ens: Session) => arrivedEvents(ens).map(({ definitionKey }) => definitionKey);

export const advance = (ens: Session, advanceSeconds: number) => ens.simulator.admin.clock({ advanceSeconds });

/** How it stands with the deliveries, the oldest first. */
export const outcomes = async (ens: Session): Promise<Delivery["outcome"][]> =>
  (await ens.simulator.admin.deliveries()).map(({ outcome }) => outcome);

/** Why subscriptions got nothing. */
export const reasons = (skipped: readonly Skipped[]) => skipped.map(({ reason }) => reason);

/** An event whose three immediate attempts all fail. */
export async function failing(ens: Session, definitionKey = "failing"): Promise<void> {
  ens.receiver.answers = [503, 503, 503];
  await ens.simulator.admin.emit(mail(definitionKey));
  await advance(ens, 3);
  expect(ens.receiver.answers).toEqual([]);
}
