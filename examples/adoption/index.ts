import * as ens from "pulumi-ens";

// A callback is found by its URL. A verified callback keeps its signature key, which only its creators know.
const orders = new ens.Callback("orders", {
  callbackName: "Orders",
  url: "https://hooks.example.org/orders",
  maxBatchSize: 500,
  adopt: "always",
});

// A subscription is found by its name at that callback.
new ens.Subscription("orders-sent", {
  subscriptionName: "Orders sent",
  callback: orders,
  eventCategoryTypes: ["TransactionalSendEvents.EmailSent"],
  adopt: "always",
});

export const callbackId = orders.callbackId;
