import { randomUUID } from "node:crypto";
import { type DocumentedType, EVENT_TYPES } from "pulumi-ens-receiver/internal";

const MID = 7000002;
const EID = 7000001;
const NUMBER = "15550100";

type Fields = Readonly<Record<string, unknown>>;

const OPENED = {
  ipAddress: "198.51.100.7",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
  location: { country: "DE", region: "BE", city: "Berlin", postalCode: "10115", latitude: "52.53", longitude: "13.38" },
};
const OTT = { activityId: "300", activityName: "order update", contactKey: "a-1", sendMethod: "Journey" };

/** Fields of `info` that differ from other types of the same family. Source: ENS REST contract §8.3. */
const INFO: Readonly<Record<string, Fields>> = {
  EmailSent: { status: "Sent", renderedSubject: "Your order" },
  EmailNotSent: { reason: "Suppressed", statusCode: 24, statusMessage: "The address is on a suppression list." },
  EmailBounced: { bounceCode: "HARD", bounceMessage: "There is no such mailbox.", smtpReason: "550 5.1.1 unknown" },
  EmailClick: { jobUrlId: "3", contentLink: "https://shop.example.org/", impressionRegion: "header" },
  SmsNotSent: { reason: "Invalid mobile number", statusCode: 2501 },
  SmsTransient: { statusCode: 3000, statusMessage: "Enroute" },
  SmsDelivered: { statusCode: 4000, statusMessage: "Delivered" },
  SmsBounced: { statusCode: 4501, statusMessage: "Expired" },
  OttFailed: { reason: "The number has no account." },
  OttNotSent: { reason: "The number has no account." },
};

/** Returns the fields of an event type. All values are made up. */
function fieldsOf(name: string, messageKey: string): Fields {
  const info = INFO[name] ?? {};
  const addressed = (to: string) => ({ to, subscriberKey: "a-1", messageKey, ...info });
  if (name === "EmailUnsubscribe") {
    const unsubscribed = { unsubscribeDate: "2026-01-31T12:00:00Z", unsubscribeMethod: "One Click" };
    return { info: { to: "a@example.org", domain: "example.org", ...unsubscribed } };
  }
  if (name === "EmailOpen" || name === "EmailClick") return { info: { ...OPENED, ...info } };
  if (name.startsWith("Email")) {
    return { sendClassificationType: "Operational", info: addressed("a@example.org") };
  }
  if (/^Sms(Sent|NotSent)$/.test(name)) return { info: addressed(NUMBER) };
  if (name.startsWith("Sms")) {
    return { Info: { ...addressed(NUMBER), ordinal: 1, fromAddress: "40404", countryCode: "US" } };
  }
  if (name === "OttMobileOriginated") {
    const message = { messageType: "text", channelId: "400", messageId: messageKey, messageBody: "Where is my order?" };
    const inbound = { senderType: "WhatsApp", mobileNumber: NUMBER, contactId: "9", ...message };
    return { mid: String(MID), eid: String(EID), info: inbound };
  }
  if (name.startsWith("Ott")) {
    return { mid: String(MID), eid: String(EID), info: { ...OTT, journeyName: "orders", reason: "", ...info } };
  }
  if (name.startsWith("Automation")) {
    const named = { automationName: "nightly import", automationCustomerKey: "nightly-import" };
    const instance = { automationInstanceID: messageKey, automationInstanceStatus: name.slice(18) };
    const scheduled = { automationInstanceScheduledTime: "2026-01-31T12:00:00Z" };
    return { ...named, automationType: "Schedule", ...instance, info: scheduled };
  }
  return { info: { sendMethod: "Journey" } }; // MobilePush, in-app and inbox
}

/** Generates events of these types in turn. Each event is unique, so that receivers do not treat it as a duplicate. */
export class SampleEvents {
  readonly #types: readonly string[];
  #made = 0;

  /** @param types The event types. An empty list stands for all documented types. */
  constructor(types: readonly DocumentedType[]) {
    this.#types = types.length === 0 ? Object.keys(EVENT_TYPES) : types;
  }

  /** Generates a number of events. */
  batch(count: number): Fields[] {
    return Array.from({ length: count }, () => this.one(this.#types[this.#made % this.#types.length] ?? ""));
  }

  /** Generates one event of a type. */
  one(eventCategoryType: string): Fields {
    this.#made += 1;
    const [category, name = ""] = eventCategoryType.split(".");
    const transactional = category === "TransactionalSendEvents";
    const composite = { jobId: "100", batchId: "1", listId: "5", subscriberId: String(this.#made), emailId: "7" };
    return {
      eventCategoryType,
      timestampUTC: Date.now(),
      compositeId: Object.values(composite).join("."),
      composite,
      definitionKey: transactional ? "order-confirm" : "NA",
      definitionId: transactional ? "cccccccc-1111-4222-8333-dddddddddddd" : "NA",
      mid: MID,
      eid: EID,
      ...fieldsOf(name, randomUUID()),
    };
  }
}
