import type { Body } from "../../api/field";
import type { Family, Occasion } from "./payload";

const TO = "a@example.org";
const OPEN = {
  ipAddress: "198.51.100.7",
  userAgent: "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0",
  location: {
    country: "DE",
    region: "BE",
    city: "Berlin",
    postalCode: "10115",
    latitude: "52.53",
    longitude: "13.38",
  },
};

const INFO: Readonly<Record<string, (occasion: Occasion) => Body>> = {
  EmailSent: (occasion) => ({ ...addressed(occasion), status: "Sent", renderedSubject: "Your order" }),
  EmailNotSent: (occasion) => ({
    ...addressed(occasion),
    reason: "Suppressed",
    statusCode: 24,
    statusMessage: "The address is on a suppression list.",
  }),
  EmailBounced: (occasion) => ({
    ...addressed(occasion),
    bounceCode: "HARD",
    bounceMessage: "The mailbox does not exist.",
    smtpReason: "550 5.1.1 user unknown",
  }),
  EmailOpen: () => OPEN,
  EmailClick: () => ({ ...OPEN, jobUrlId: "3", contentLink: "https://shop.example.org/", impressionRegion: "header" }),
  EmailUnsubscribe: ({ now }) => ({
    to: TO,
    domain: "example.org",
    unsubscribeDate: new Date(now).toISOString(),
    unsubscribeMethod: "One Click",
  }),
};

const addressed = ({ random }: Occasion) => ({
  to: TO,
  subscriberKey: "a-1",
  messageKey: random.uuid("message"),
});

/** Events of emails. The fields of each type are documented, the values are invented. Source: ENS REST contract §8.3. */
export const email: Family = (name, occasion) => {
  const sent = /Sent|Bounced/.test(name) ? { sendClassificationType: "Operational" } : {};
  return { ...sent, info: INFO[name]?.(occasion) ?? {} };
};
