import type { DocumentedType } from "../ens/catalogue";

/**
 * The events that ENS documents. Each field occurs in one of ENS's samples, but ENS guarantees none of them, so check the
 * fields that you need. Source: ENS REST contract §8.3.
 */
export interface Events extends Record<DocumentedType, CommonFields> {
  "TransactionalSendEvents.EmailSent": Sent & { info: Addressed & { status: string; renderedSubject: string } };
  "TransactionalSendEvents.EmailNotSent": Sent & {
    info: Addressed & { reason: string; statusCode: number | string; statusMessage: string };
  };
  "TransactionalSendEvents.EmailBounced": Sent & {
    info: Addressed & { bounceCode: "HARD" | "SOFT" | (string & {}); bounceMessage: string; smtpReason: string };
  };
  "TransactionalSendEvents.SmsSent": CommonFields & { info: Addressed };
  "TransactionalSendEvents.SmsNotSent": CommonFields & {
    info: Addressed & { reason: string; statusCode: number | string };
  };
  "TransactionalSendEvents.SmsTransient": SmsReport;
  "TransactionalSendEvents.SmsDelivered": SmsReport;
  "TransactionalSendEvents.SmsBounced": SmsReport;
  "TransactionalSendEvents.OttNotSent": OttEvent;
  "EngagementEvents.EmailOpen": CommonFields & { info: Opened };
  "EngagementEvents.EmailClick": CommonFields & {
    info: Opened & { jobUrlId: string; contentLink: string; impressionRegion: string };
  };
  "EngagementEvents.EmailUnsubscribe": CommonFields & {
    info: { to: string; domain: string; unsubscribeDate: string; unsubscribeMethod: string };
  };
  "EngagementEvents.OttSent": OttEvent;
  "EngagementEvents.OttDelivered": OttEvent;
  "EngagementEvents.OttRead": OttEvent;
  "EngagementEvents.OttFailed": OttEvent;
  "EngagementEvents.OttMobileOriginated": CommonFields & { info: OttMessage };
  "EngagementEvents.PushOpen": DeviceEvent;
  "EngagementEvents.PushDeliveryReceipt": DeviceEvent;
  "EngagementEvents.PushInstall": DeviceEvent;
  "EngagementEvents.PushInactive": DeviceEvent;
  "EngagementEvents.PushImageClick": DeviceEvent;
  "EngagementEvents.PushButtonClick": DeviceEvent;
  "EngagementEvents.InAppDisplay": DeviceEvent;
  "EngagementEvents.InAppDismiss": DeviceEvent;
  "EngagementEvents.InAppClick": DeviceEvent;
  "EngagementEvents.InboxOpen": DeviceEvent;
  "SendEvents.AutomationInstanceStarted": AutomationEvent;
  "SendEvents.AutomationInstanceCompleted": AutomationEvent;
  "SendEvents.AutomationInstanceStopped": AutomationEvent;
  "SendEvents.AutomationInstanceErrored": AutomationEvent;
  "SendEvents.AutomationInstanceSkipped": AutomationEvent;
  "SendEvents.PushSent": DeviceEvent;
  "SendEvents.PushNotSent": DeviceEvent;
  "SendEvents.PushBounced": DeviceEvent;
  "SendEvents.OttNotSent": OttEvent;
}

/** An event of one type, for example `EventOf<"EngagementEvents.EmailOpen">`. */
export type EventOf<Type extends DocumentedType> = Events[Type] & { eventCategoryType: Type };

/** An event of a type that ENS documents. */
export type DocumentedEvent = { [Type in DocumentedType]: EventOf<Type> }[DocumentedType];

/** Any event. Its type may be newer than this package. Use `isEvent` to narrow the type. */
export type EnsEvent = CommonFields & { eventCategoryType: string; info?: unknown; Info?: unknown };

/** Fields that events of all types may have. */
export interface CommonFields {
  /** Category and type, for example `EngagementEvents.EmailOpen`. */
  eventCategoryType: string;
  /** Time of the event, in milliseconds since the epoch. */
  timestampUTC: number;
  /** The parts of `composite`, joined by dots. Deprecated by ENS. */
  compositeId?: string;
  /** Ids that connect a send with its later events: `jobId`, `batchId` and `subscriberId`. */
  composite?: Composite;
  /** Key of the transactional definition; `"NA"` for other sends. */
  definitionKey?: string;
  /** Id of the transactional definition; `"NA"` for other sends. */
  definitionId?: string;
  /** The business unit: a number in most events, a string in OTT events. */
  mid?: number | string;
  /** The enterprise, which is the topmost business unit: a number in most events, a string in OTT events. */
  eid?: number | string;
  /** `Operational` or `Marketing`. */
  sendClassificationType?: string;
  channel?: string;
  [field: string]: unknown;
}

/** Ids as strings. Which ones are present depends on the channel. */
export interface Composite {
  jobId?: string;
  batchId?: string;
  listId?: string;
  subscriberId?: string;
  emailId?: string;
  /** SMS only. */
  Tsid?: string;
  /** SMS only. */
  mobileNumber?: string;
  /** MobilePush, in-app and inbox only. */
  deviceId?: string;
  [id: string]: string | undefined;
}

/** Recipient of a send, in all channels. */
export interface Addressed {
  /** Email address or telephone number. */
  to: string;
  subscriberKey: string;
  messageKey: string;
}

/** Fields of email sends. */
export interface Sent extends CommonFields {
  sendClassificationType?: string;
}

/** Report of the carrier. `Info` is capitalized as in ENS's samples. */
export interface SmsReport extends CommonFields {
  Info: Addressed & {
    ordinal: number | string;
    /** 3000: on its way. 4000: delivered. 4501: expired. */
    statusCode: number | string;
    statusMessage: string;
    fromAddress: string;
    countryCode: string;
  };
}

/** Fields of opens and clicks. */
export interface Opened {
  ipAddress: string;
  userAgent: string;
  /** May be an empty object. */
  location: {
    country?: string;
    region?: string;
    city?: string;
    postalCode?: string;
    latitude?: string;
    longitude?: string;
  };
}

/** WhatsApp, LINE and other chat applications ("over the top"). */
export interface OttEvent extends CommonFields {
  info: {
    activityId: string;
    activityName: string;
    contactKey: string;
    sendMethod: string;
    journeyName: string;
    reason: string;
    [field: string]: unknown;
  };
}

/** Message from a person. */
export interface OttMessage {
  /** For example `WhatsApp`. */
  senderType: string;
  messageType: string;
  channelId: string;
  messageId: string;
  mobileNumber: string;
  contactId: string;
  /** At most 1024 characters. */
  messageBody: string;
  sendMethod?: string;
}

/** MobilePush, in-app messages and the inbox. */
export interface DeviceEvent extends CommonFields {
  info?: { sendMethod?: string; [field: string]: unknown };
}

/** Automation Studio. */
export interface AutomationEvent extends CommonFields {
  automationName: string;
  automationCustomerKey: string;
  automationType: "FileDrop" | "Trigger" | "Schedule" | (string & {});
  automationInstanceID: string;
  automationInstanceStatus: string;
  /** The file that started the automation, or the time for which it was scheduled. */
  info: {
    automationInstanceFileName?: string;
    automationInstanceFileLocation?: string;
    automationInstanceRelativePath?: string;
    automationInstanceScheduledTime?: string;
    [field: string]: unknown;
  };
}
