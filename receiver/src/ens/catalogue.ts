/**
 * Event types that ENS documents, each with its filter keys. ENS may accept more types and keys, because it adds new ones.
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

/** An event type that ENS documents. */
export type DocumentedType = keyof typeof EVENT_TYPES;
/** A documented event type, or any other string, because ENS adds new types. */
export type EventType = DocumentedType | (string & {});
/** A filter key of a documented event type, or any other string. */
export type FilterKey = (typeof EVENT_TYPES)[DocumentedType][number] | (string & {});
