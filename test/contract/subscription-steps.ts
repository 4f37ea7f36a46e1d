import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EMAIL_SENT, refusal, SUBSCRIPTIONS, state, verified } from "./steps";
import type { Answer, Case, Session } from "./suite";

export const BY_CALLBACK = "/platform/v1/ens-subscriptions-by-cb";
export const NOT_SENT = "TransactionalSendEvents.EmailNotSent";
export const BOUNCED = "TransactionalSendEvents.EmailBounced";

/** All event types with their filter keys. */
export const EVENT_TYPES = JSON.parse(readFileSync(join(__dirname, "behaviours.json"), "utf8")).eventTypes as readonly {
  readonly type: string;
  readonly filterKeys: readonly string[];
}[];

export interface Subscription {
  readonly subscriptionId: string;
  readonly subscriptionName: string;
  readonly callbackId: string;
  readonly callbackName: string;
  readonly eventCategoryTypes: readonly string[];
  readonly filters: readonly string[];
  readonly status: string;
}

/** Builds a request for a subscription with a unique name. */
export const asked = (ens: Session, callbackId: string, over: object = {}) => ({
  subscriptionName: ens.name("sends"),
  callbackId,
  eventCategoryTypes: [EMAIL_SENT],
  ...over,
});

/** Creates a subscription of a new callback, unless `over` names another one. */
export async function subscription(ens: Session, over: object = {}): Promise<Subscription> {
  const callbackId = "callbackId" in over ? String(over.callbackId) : (await verified(ens)).callbackId;
  const answer = await ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId, over)]);
  expect({ status: answer.status, text: answer.text }).toEqual({ status: 201, text: expect.any(String) });
  return answer.items[0] as unknown as Subscription;
}

/** Creates a paused subscription. */
export async function paused(ens: Session, over: object = {}): Promise<Subscription> {
  const made = await subscription(ens, over);
  const { subscriptionId, eventCategoryTypes } = made;
  const answer = await change(ens, { subscriptionId, eventCategoryTypes, status: "paused", statusReason: "by hand" });
  expect(answer.status).toBe(200);
  return { ...made, status: "paused" };
}

/** Sends a PUT of a subscription. */
export const change = (ens: Session, fields: object): Promise<Answer> => ens.call("PUT", SUBSCRIPTIONS, [fields]);

/** Asserts that a PUT is rejected and changes nothing. */
export async function changeRefused(ens: Session, fields: object, status: number, errorcode: number): Promise<void> {
  const { subscriptionId } = fields as { subscriptionId?: string };
  const before = subscriptionId === undefined ? undefined : await shown(ens, subscriptionId);
  expect(await change(ens, fields)).toEqual(refusal(status, errorcode));
  if (subscriptionId !== undefined) expect(await shown(ens, subscriptionId)).toEqual(before);
}

/** Returns the subscription as a GET shows it. */
export async function shown(ens: Session, subscriptionId: string): Promise<Record<string, unknown>> {
  const answer = await ens.call("GET", `${SUBSCRIPTIONS}/${subscriptionId}`);
  expect(answer.status).toBe(200);
  return answer.body as Record<string, unknown>;
}

/** Returns the subscriptions as the list of their callback shows them. */
export async function listOf(ens: Session, callbackId: string): Promise<readonly Record<string, unknown>[]> {
  const answer = await ens.call("GET", `${BY_CALLBACK}/${callbackId}`);
  expect(answer.status).toBe(200);
  return answer.items;
}

/** Creates many subscriptions of one callback. */
export async function fill(ens: Session, callbackId: string, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 50) {
    const bodies = Array.from({ length: Math.min(left, 50) }, () => asked(ens, callbackId));
    expect((await ens.call("POST", SUBSCRIPTIONS, bodies)).status).toBe(201);
  }
}

/** Emits `EmailSent` once per key. Returns the keys that arrived. */
export async function delivered(ens: Session, keys: readonly string[], eventCategoryType = EMAIL_SENT) {
  const before = ens.receiver.received.length;
  const events = keys.map((definitionKey) => ({ eventCategoryType, definitionKey }));
  for (const event of events) await ens.simulator.admin.emit(event);
  return ens.receiver.received
    .slice(before)
    .flatMap(({ body }) => (JSON.parse(body) as { definitionKey: string }[]).map((event) => event.definitionKey));
}

/** Asserts, for each reason, that a create is rejected and stores nothing. */
export function refusedCreate(
  id: string,
  reasons: (ens: Session, callbackId: string) => readonly object[],
  status: number,
  errorcode: number,
): Case {
  return {
    id,
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      for (const over of reasons(ens, callbackId)) {
        const answer = await ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId, over)]);
        expect({ over, answer }).toEqual({ over, answer: refusal(status, errorcode) });
      }
      expect(await listOf(ens, callbackId)).toEqual([]);
    },
  };
}

/** Asserts that an id that is not a GUID gets 400 or, by a switch, 404. */
export function malformedId(id: string, method: string, collection: string): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      await subscription(ens);
      const before = await state(ens);
      for (const bad of ["1", "not-a-guid", "11111111-2222-4333-8444-55555555555Z"]) {
        expect(await ens.call(method, `${collection}/${bad}`)).toEqual(refusal(400, 10003));
      }
      await ens.turn({ malformedId: 404 });
      expect(await ens.call(method, `${collection}/not-a-guid`)).toEqual(refusal(404, 404));
      expect(await state(ens)).toEqual(before);
    },
  };
}
