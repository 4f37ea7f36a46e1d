import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

const config = new pulumi.Config();

// ENS delivers to this URL. `up` continues when the receiver there has returned the verification key to ENS.
const orders = new ens.Callback("orders", {
  url: config.require("receiverUrl"),
  maxBatchSize: 500,
});

// ENS delivers these events to the callback.
new ens.Subscription("orders-sent", {
  callback: orders,
  eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"],
  filters: { definitionKey: "order-confirmation" },
});

export const callbackId = orders.callbackId;
export const signatureKey = orders.signatureKey;
