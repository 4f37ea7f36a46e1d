import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

const config = new pulumi.Config();

// Where ENS delivers. `up` goes on when the receiver at this address has given the verification key back.
const orders = new ens.Callback("orders", {
  url: config.require("receiverUrl"),
  maxBatchSize: 500,
});

// What ENS delivers there.
new ens.Subscription("orders-sent", {
  callback: orders,
  eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"],
  filters: { definitionKey: "order-confirmation" },
});

export const callbackId = orders.callbackId;
export const signatureKey = orders.signatureKey;
