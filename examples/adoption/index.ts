import * as ens from "pulumi-ens";

// A callback is found by its url. A verified one keeps its signature key, which stays with those who made it.
const orders = new ens.Callback("orders", {
  callbackName: "Orders",
  url: "https://hooks.example.org/orders",
  maxBatchSize: 500,
  adopt: "always",
});

// A subscription is found by its name on that callback.
new ens.Subscription("orders-sent", {
  subscriptionName: "Orders sent",
  callback: orders,
  eventCategoryTypes: ["TransactionalSendEvents.EmailSent"],
  adopt: "always",
});

export const callbackId = orders.callbackId;
