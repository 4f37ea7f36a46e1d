import type { Family } from "./payload";

const NUMBER = "15550100";

/** Carrier reports and their codes: documented. Source: ENS REST contract §8.3. */
const REPORTS: Readonly<Record<string, { readonly statusCode: number; readonly statusMessage: string }>> = {
  SmsTransient: { statusCode: 3000, statusMessage: "Enroute" },
  SmsDelivered: { statusCode: 4000, statusMessage: "Delivered" },
  SmsBounced: { statusCode: 4501, statusMessage: "Expired" },
};

/** Events of SMS messages. Carrier reports have `Info` with a capital and another composite: documented by samples. Source: §8.3. */
export const sms: Family = (name, { random }) => {
  const addressed = { to: NUMBER, subscriberKey: "a-1", messageKey: random.uuid("message") };
  const report = REPORTS[name];
  if (report !== undefined) {
    return {
      composite: { Tsid: "200", jobId: "100", batchId: "1", mobileNumber: NUMBER, subscriberId: "9" },
      Info: { ...addressed, ordinal: 1, ...report, fromAddress: "40404", countryCode: "US" },
    };
  }
  const failed = name === "SmsNotSent" ? { reason: "Invalid mobile number", statusCode: 2501 } : {};
  return { info: { ...addressed, ...failed } };
};
