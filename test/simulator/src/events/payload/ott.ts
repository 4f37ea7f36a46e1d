import type { Body } from "../../api/field";
import type { Family } from "./payload";

/** Longest text of a message, in characters. Documented. Source: ENS REST contract §7. */
const LONGEST_TEXT = 1024;

/** Events of OTT messages. `mid` and `eid` are texts: documented. Source: §8.3. */
export const ott: Family = (name, { mid, eid, random }, given) => {
  const info = name === "OttMobileOriginated" ? inbound(given, random.uuid("message")) : outbound(name);
  return { mid: String(mid), eid: String(eid), info };
};

/** Builds an inbound message. A text that is too long is cut in `given`, because `given` overrides the defaults. */
function inbound(given: Body, messageId: string): Body {
  const info = given.info as Body | undefined;
  const text = info?.messageBody;
  if (info !== undefined && typeof text === "string") info.messageBody = text.slice(0, LONGEST_TEXT);
  return {
    senderType: "WhatsApp",
    messageType: "text",
    channelId: "400",
    messageId,
    mobileNumber: "15550100",
    contactId: "9",
    messageBody: "Where is my order?",
    sendMethod: "Journey",
  };
}

function outbound(name: string): Body {
  return {
    activityId: "300",
    activityName: "order update",
    contactKey: "a-1",
    sendMethod: "Journey",
    journeyName: "orders",
    reason: /Failed|NotSent/.test(name) ? "The number has no account." : "",
  };
}
