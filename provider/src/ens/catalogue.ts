import { nearest } from "./nearest";

/**
 * Event types that ENS documents, each with the keys that a filter may use. The list grows; ENS decides what it takes.
 * Source: ENS REST contract §8.1, §8.2.
 */
export const EVENT_TYPES = {
  "TransactionalSendEvents.EmailSent": ["definitionKey"],
  "TransactionalSendEvents.EmailNotSent": ["definitionKey", "statusCode"],
  "TransactionalSendEvents.EmailBounced": ["definitionKey", "bounceCode", "smtpReason"],
  "TransactionalSendEvents.SmsSent": ["definitionKey"],
  "TransactionalSendEvents.SmsNotSent": ["definitionKey", "statusCode"],
  "TransactionalSendEvents.SmsTransient": [],
  "TransactionalSendEvents.SmsDelivered": [],
  "TransactionalSendEvents.SmsBounced": [],
  "TransactionalSendEvents.OttNotSent": [],
  "EngagementEvents.EmailOpen": [],
  "EngagementEvents.EmailClick": [],
  "EngagementEvents.EmailUnsubscribe": [],
  "EngagementEvents.OttSent": ["sendMethod"],
  "EngagementEvents.OttDelivered": ["sendMethod"],
  "EngagementEvents.OttRead": ["sendMethod"],
  "EngagementEvents.OttFailed": ["sendMethod"],
  "EngagementEvents.OttMobileOriginated": ["sendMethod"],
  "EngagementEvents.PushOpen": ["sendMethod"],
  "EngagementEvents.PushDeliveryReceipt": ["sendMethod"],
  "EngagementEvents.PushInstall": [],
  "EngagementEvents.PushInactive": [],
  "EngagementEvents.PushImageClick": ["sendMethod"],
  "EngagementEvents.PushButtonClick": ["sendMethod"],
  "EngagementEvents.InAppDisplay": [],
  "EngagementEvents.InAppDismiss": [],
  "EngagementEvents.InAppClick": [],
  "EngagementEvents.InboxOpen": [],
  "SendEvents.AutomationInstanceStarted": ["automationName", "automationCustomerKey", "automationType"],
  "SendEvents.AutomationInstanceCompleted": ["automationName", "automationCustomerKey", "automationType"],
  "SendEvents.AutomationInstanceStopped": ["automationName", "automationCustomerKey", "automationType"],
  "SendEvents.AutomationInstanceErrored": ["automationName", "automationCustomerKey", "automationType"],
  "SendEvents.AutomationInstanceSkipped": ["automationName", "automationCustomerKey", "automationType"],
  "SendEvents.PushSent": ["sendMethod"],
  "SendEvents.PushNotSent": ["sendMethod"],
  "SendEvents.PushBounced": ["sendMethod"],
  "SendEvents.OttNotSent": [],
} as const satisfies Record<string, readonly string[]>;

type Known = keyof typeof EVENT_TYPES;
/** A documented event type, or any other text: the list grows. */
export type EventType = Known | (string & {});
/** A key that some documented event type can be filtered by, or any other text. */
export type FilterKey = (typeof EVENT_TYPES)[Known][number] | (string & {});

const TYPES = Object.keys(EVENT_TYPES) as Known[];
const KEYS = [...new Set(Object.values(EVENT_TYPES).flat())];

/** By its exact spelling. */
export function isDocumented(type: string): type is Known {
  return Object.hasOwn(EVENT_TYPES, type);
}

/** The types whose events a filter with this key can be about; none for a key that ENS does not document. */
export function typesWith(key: string): Known[] {
  return TYPES.filter((type) => keysOf(type).includes(key));
}

export function keysOf(type: Known): readonly string[] {
  return EVENT_TYPES[type];
}

/** What was meant by a type that is not documented: another case, another category, or a slip in either. */
export function likelyTypes(type: string): Known[] {
  const dot = type.indexOf(".");
  const category = type.slice(0, Math.max(dot, 0));
  const names = new Set(nearest(type.slice(dot + 1), TYPES.map(nameOf)));
  const named = TYPES.filter((each) => names.has(nameOf(each)));
  const categories = new Set(nearest(category, named.map(categoryOf)));
  const both = named.filter((each) => categories.has(categoryOf(each)));
  return both.length > 0 ? both : named;
}

/** What was meant by a key that is not documented. */
export function likelyKeys(key: string): string[] {
  return nearest(key, KEYS);
}

const nameOf = (type: string) => type.slice(type.indexOf(".") + 1);
const categoryOf = (type: string) => type.slice(0, type.indexOf("."));
