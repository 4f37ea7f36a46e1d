import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

const config = new pulumi.Config();

// ENS gets a token from your authorization server, and the receiver checks it.
const idp = new ens.AuthScheme("idp", {
  grantType: "client_credentials",
  authUrl: config.require("authUrl"),
  clientId: config.require("clientId"),
  clientSecret: config.requireSecret("clientSecret"),
});

// `up` continues when the receiver has returned the verification key to ENS.
const orders = new ens.Callback("orders", { url: config.require("receiverUrl"), authScheme: idp });

new ens.Subscription("orders-sent", {
  callback: orders,
  eventCategoryTypes: ["TransactionalSendEvents.EmailSent"],
});

/** One key for each callback that delivers to the receiver. */
export const signatureKeys = { orders: orders.signatureKey };
