import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

const config = new pulumi.Config();
const authUrl = config.require("authUrl");
const client = { clientId: config.requireSecret("clientId"), clientSecret: config.requireSecret("clientSecret") };

// ENS signs in as itself. With `preflight: "token"`, the run would first request a token from the authorization server.
const asItself = new ens.AuthScheme("as-itself", {
  grantType: "client_credentials",
  authUrl,
  ...client,
  scope: "events",
});

// ENS signs in as a user. This grant is deprecated, and a warning says so. Some authorization servers support no other.
const asUser = new ens.AuthScheme("as-user", {
  grantType: "password",
  authUrl,
  ...client,
  username: config.requireSecret("username"),
  password: config.requireSecret("password"),
});

const receivers = { orders: asItself, engagement: asUser };
const eventTypes = { orders: "TransactionalSendEvents.EmailSent", engagement: "EngagementEvents.EmailOpen" } as const;

for (const name of ["orders", "engagement"] as const) {
  const url = `${config.require("receivers")}/${name}`;
  const callback = new ens.Callback(name, { url, authScheme: receivers[name] });
  new ens.Subscription(name, { callback, eventCategoryTypes: [eventTypes[name]] });
}
