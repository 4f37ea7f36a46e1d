import type { Emitted } from "pulumi-ens-simulator";
import { advance, arrivedEvents, EVENT, mail, subscriptionOf } from "./delivery-setup";
import { verified } from "./steps";
import { type Case, EVENT_TYPES, type EventType, type Session } from "./suite";

const TYPES = EVENT_TYPES.map(({ type }) => type);
const named = (pattern: RegExp) => EVENT_TYPES.filter(({ name }) => pattern.test(name)).map(({ type }) => type);
const inCategory = (category: EventType["category"]) =>
  EVENT_TYPES.filter((each) => each.category === category).map(({ type }) => type);

const text = expect.stringMatching(/./);
const number = expect.any(Number);
const ADDRESSED = { to: text, subscriberKey: text, messageKey: text };
const PLACE = { country: text, region: text, city: text, postalCode: text, latitude: text, longitude: text };
const OPEN = { ipAddress: text, userAgent: text, location: PLACE };
const OTT = { activityId: text, activityName: text, contactKey: text, sendMethod: text, journeyName: text };
const REPORT = { ...ADDRESSED, ordinal: number, statusMessage: text, fromAddress: text, countryCode: text };

export const EVENTS: readonly Case[] = [
  {
    id: "event.catalogue",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await verified(ens);
      for (const type of TYPES) await subscriptionOf(ens, callbackId, { eventCategoryTypes: [type] });
      const { deliveries } = await ens.simulator.admin.emit(TYPES.map((eventCategoryType) => ({ eventCategoryType })));
      expect(deliveries).toHaveLength(36);
      const arrived = arrivedEvents(ens).map(({ eventCategoryType }) => eventCategoryType);
      expect(arrived.sort()).toEqual([...TYPES].sort());
    },
  },
  each("event.common-fields", TYPES, (event) => {
    const { info, Info, ...common } = event;
    expect(common).toMatchObject({
      eventCategoryType: text,
      timestampUTC: number,
      compositeId: text,
      composite: expect.objectContaining({ subscriberId: text }),
      definitionKey: text,
      definitionId: text,
    });
    expect(["number", "string"]).toContain(typeof event.mid);
    expect(Number(event.mid)).toBe(7000002);
    expect(Number(event.eid)).toBe(7000001);
    expect(info ?? Info).toEqual(expect.any(Object));
    expect(new Date(Number(event.timestampUTC)).getFullYear()).toBeGreaterThan(2000);
  }),
  each("event.composite", named(/^Email/), ({ composite, compositeId }) => {
    expect(composite).toEqual({ jobId: text, batchId: text, listId: text, subscriberId: text, emailId: text });
    expect(compositeId).toBe(Object.values(composite as object).join("."));
  }),
  each("event.mid-number", named(/^(Email|Sms|Automation)/), ({ mid, eid }) => {
    expect([mid, eid]).toEqual([7000002, 7000001]);
  }),
  each("event.mid-string", named(/^Ott/), ({ mid, eid }) => {
    expect([mid, eid]).toEqual(["7000002", "7000001"]);
  }),
  each("event.engagement-na", inCategory("EngagementEvents"), ({ definitionKey, definitionId }) => {
    expect([definitionKey, definitionId]).toEqual(["NA", "NA"]);
  }),
  each("event.email-sent", named(/^EmailSent$/), ({ info }) => {
    expect(info).toEqual({ ...ADDRESSED, status: text, renderedSubject: text });
  }),
  each("event.email-not-sent", named(/^EmailNotSent$/), ({ info }) => {
    expect(info).toEqual({ ...ADDRESSED, reason: text, statusCode: number, statusMessage: text });
  }),
  {
    id: "event.email-bounced",
    needs: "simulator",
    async run(ens) {
      const [type = ""] = named(/^EmailBounced$/);
      const [usual, soft] = await raised(ens, [
        { eventCategoryType: type },
        { eventCategoryType: type, info: { bounceCode: "SOFT" } },
      ]);
      const bounced = { ...ADDRESSED, bounceMessage: text, smtpReason: text };
      expect(usual?.info).toEqual({ ...bounced, bounceCode: "HARD" });
      expect(soft?.info).toEqual({ ...bounced, bounceCode: "SOFT" });
    },
  },
  {
    id: "event.email-open",
    needs: "simulator",
    async run(ens) {
      const [type = ""] = named(/^EmailOpen$/);
      const nowhere = { country: null, region: null, city: null, postalCode: null, latitude: null, longitude: null };
      const [usual, unknown] = await raised(ens, [
        { eventCategoryType: type },
        { eventCategoryType: type, info: { location: nowhere } },
      ]);
      expect(usual?.info).toEqual(OPEN);
      expect(unknown?.info).toEqual({ ...OPEN, location: {} });
    },
  },
  each("event.email-click", named(/^EmailClick$/), ({ info }) => {
    expect(info).toEqual({ ...OPEN, jobUrlId: text, contentLink: text, impressionRegion: text });
  }),
  each("event.email-unsubscribe", named(/^EmailUnsubscribe$/), ({ info }) => {
    expect(info).toEqual({ to: text, domain: text, unsubscribeDate: text, unsubscribeMethod: text });
  }),
  each("event.sms-sent", named(/^Sms(Not)?Sent$/), ({ info, eventCategoryType }) => {
    const failed = /NotSent/.test(String(eventCategoryType)) ? { reason: text, statusCode: number } : {};
    expect(info).toEqual({ ...ADDRESSED, ...failed });
  }),
  each("event.sms-status", named(/^Sms(Transient|Delivered|Bounced)$/), ({ info, Info, eventCategoryType }) => {
    const codes: Record<string, number> = { SmsTransient: 3000, SmsDelivered: 4000, SmsBounced: 4501 };
    expect(info).toBeUndefined();
    expect(Info).toEqual({ ...REPORT, statusCode: codes[String(eventCategoryType).split(".")[1] ?? ""] });
  }),
  each("event.sms-status-composite", named(/^Sms(Transient|Delivered|Bounced)$/), ({ composite }) => {
    expect(composite).toEqual({ Tsid: text, jobId: text, batchId: text, mobileNumber: text, subscriberId: text });
  }),
  {
    id: "event.sms-status-label",
    needs: "simulator",
    async run(ens) {
      const types = named(/^Sms(Delivered|Bounced)$/);
      const arrived = await raised(
        ens,
        types.map((eventCategoryType) => ({ eventCategoryType })),
      );
      expect(arrived.map(({ eventCategoryType }) => eventCategoryType)).toEqual([
        "TransactionalSendEvents.SmsDelivered",
        "TransactionalSendEvents.SmsBounced",
      ]);
    },
  },
  {
    id: "event.automation",
    needs: "simulator",
    async run(ens) {
      const types = named(/^AutomationInstance/);
      expect(types).toHaveLength(5);
      for (const automationType of ["Schedule", "FileDrop", "Trigger"]) {
        for (const event of await raised(
          ens,
          types.map((type) => ({ eventCategoryType: type, automationType })),
        )) {
          expect(event).toMatchObject({
            automationName: text,
            automationCustomerKey: text,
            automationType,
            automationInstanceID: text,
            automationInstanceStatus: text,
          });
          expect(Object.keys(event.info as object).every((key) => key.startsWith("automationInstance"))).toBe(true);
          expect(Object.keys(event.info as object)).not.toEqual([]);
        }
      }
    },
  },
  {
    id: "event.ott-mobile-originated",
    needs: "simulator",
    async run(ens) {
      const [type = ""] = named(/^OttMobileOriginated$/);
      const [usual, long] = await raised(ens, [
        { eventCategoryType: type },
        { eventCategoryType: type, info: { messageBody: "x".repeat(2000) } },
      ]);
      expect(usual?.info).toMatchObject({
        senderType: "WhatsApp",
        messageType: text,
        channelId: text,
        messageId: text,
        mobileNumber: text,
        contactId: text,
        messageBody: text,
      });
      expect(long?.info).toMatchObject({ senderType: "WhatsApp", messageBody: "x".repeat(1024) });
    },
  },
  each("event.ott", named(/^Ott(Sent|Delivered|Read|Failed)$/), ({ info, eventCategoryType }) => {
    const reason = /Failed/.test(String(eventCategoryType)) ? text : "";
    expect(info).toEqual({ ...OTT, reason });
  }),
  each("event.push", named(/^(Push|InApp|Inbox)/), ({ composite, info }) => {
    expect(composite).toEqual({ deviceId: text, subscriberId: text });
    expect(info).toMatchObject({ sendMethod: text });
  }),
  {
    id: "event.join-key",
    needs: "simulator",
    async run(ens) {
      const [open = ""] = named(/^EmailOpen$/);
      const composite = { jobId: "4711", batchId: "2", subscriberId: "815" };
      const mails = [
        EVENT,
        { ...EVENT, composite },
        { eventCategoryType: open },
        { eventCategoryType: open, composite },
      ];
      const keys = (await raised(ens, mails)).map((event) => {
        const { jobId, batchId, subscriberId } = event.composite as Record<string, string>;
        return `${jobId}.${batchId}.${subscriberId}`;
      });
      expect(keys[2]).toBe(keys[0]);
      expect(keys[3]).toBe(keys[1]);
      expect(keys[1]).toBe("4711.2.815");
      expect(keys[0]).not.toBe(keys[1]);
    },
  },
  {
    id: "event.no-inbound-sms",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await verified(ens);
      await subscriptionOf(ens, callbackId, { eventCategoryTypes: TYPES });
      expect(TYPES.filter((type) => /Sms.*(Originated|Inbound|Received|Reply)/i.test(type))).toEqual([]);
      for (const type of ["EngagementEvents.SmsMobileOriginated", "TransactionalSendEvents.SmsReceived"]) {
        await expect(ens.simulator.admin.emit(mail("inbound", type))).rejects.toThrow(
          `There is no event type ${type}.`,
        );
        const body = [{ subscriptionName: ens.name("inbound"), callbackId, eventCategoryTypes: [type] }];
        expect((await ens.call("POST", "/platform/v1/ens-subscriptions", body)).status).toBe(400);
        await ens.turn({ unknownTypes: "accept" });
        const { deliveries } = await ens.simulator.admin.emit(mail("inbound", type));
        expect(deliveries).toEqual([]);
        await ens.turn({ unknownTypes: "refuse" });
      }
      await advance(ens, 600);
      expect(ens.receiver.received).toEqual([]);
    },
  },
];

/** A case that checks an arriving event of each of these types. */
function each(id: string, types: readonly string[], holds: (event: Record<string, unknown>) => void): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      expect(types).not.toEqual([]);
      const events = await raised(
        ens,
        types.map((eventCategoryType) => ({ eventCategoryType })),
      );
      expect(events.map(({ eventCategoryType }) => eventCategoryType)).toEqual(types);
      for (const event of events) holds(event);
    },
  };
}

/** Emits events for a subscription to all types. Returns the events that arrive, in order. */
async function raised(ens: Session, events: readonly Emitted[]): Promise<Record<string, unknown>[]> {
  const { callbackId } = await verified(ens);
  await subscriptionOf(ens, callbackId, { eventCategoryTypes: TYPES });
  const before = arrivedEvents(ens).length;
  const { deliveries } = await ens.simulator.admin.emit(events);
  expect(deliveries.at(-1)).toMatchObject({ outcome: "delivered", events: events.length });
  return arrivedEvents(ens).slice(before).slice(0, events.length);
}
