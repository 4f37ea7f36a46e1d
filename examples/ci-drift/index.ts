import * as ens from "pulumi-ens";

const orders = new ens.Callback("orders", { url: "https://hooks.example.org/orders", maxBatchSize: 500 });

new ens.Subscription("orders-sent", {
  callback: orders,
  eventCategoryTypes: ["TransactionalSendEvents.EmailSent"],
});
