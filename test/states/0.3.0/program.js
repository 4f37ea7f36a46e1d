// This program has one resource of every kind and variant. `pulumi` and `ens` are defined. The recorder runs it and
// keeps a copy beside the recorded state, and the tests run that copy. Values that differ between machines come from
// the environment.

/**
 * The recorder replaces this number in three runs: everything that succeeds, a rotated key, and a callback that fails
 * the run.
 */
const RUN = 3;
/** With `true`, every property that ENS can update has another value. */
const EDITED = false;

const { ENS_REST_URL: restUrl, ENS_AUTH_URL: authUrl, RECEIVER_URL: receiverUrl } = process.env;
const hook = (name) => `https://hooks.example.org/${name}`;
const types = EDITED
  ? ["TransactionalSendEvents.EmailNotSent", "TransactionalSendEvents.EmailBounced"]
  : ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"];
const maxBatchSize = EDITED ? 200 : 500;
const scope = EDITED ? "events changed" : "events";

// Schemes with both grants.
const credentials = { clientId: "ens-client-marker", clientSecret: "ens-secret-marker" };
const login = { authUrl: "https://login.example.org/token", ...credentials, scope };
const idp = new ens.AuthScheme("idp", { grantType: "client_credentials", ...login, onDelete: "restrict" });
const user = { username: "ens-user-marker", password: "ens-password-marker" };
new ens.AuthScheme("legacy", { grantType: "password", ...login, ...user });

// Callbacks: under a component, with a rotated key, and with each verification strategy that needs no person and no
// port.
const team = new pulumi.ComponentResource("shop:index:Team", "team");
const orders = new ens.Callback(
  "orders",
  { url: hook("orders"), authScheme: idp, maxBatchSize, signatureKeyVersion: RUN > 1 ? 2 : 1 },
  { parent: team },
);
const callback = (name, more) => new ens.Callback(name, { url: hook(name), maxBatchSize, ...more });
callback("named", { callbackName: EDITED ? "Renamed" : "Named", preflight: false, authId: idp.authId, onDelete: "cascade" });
callback("sunk", { signatureKeySink: { file: "sunk.key" }, verification: { timeout: "10m" } });
callback("nobody", { verification: { strategy: "none" } });
callback("file/a", { callbackName: "from-file", verification: { strategy: "file", path: "probes.jsonl" } });
const pulled = { strategy: "pull", url: `${receiverUrl}/keys/{callbackId}`, bearerToken: "pull-token-marker" };
callback("pull/a", { callbackName: "from-pull", verification: pulled });
const found = { strategy: "command", command: ["node", "-e", 'console.log(require("./keys")[process.env.ENS_CALLBACK_ID])'] };
callback("command/a", { callbackName: "from-command", verification: found });
const theirs = callback("theirs", { callbackName: "Theirs", adopt: "always" });

// Subscriptions: filters in both formats, paused, with explicit and generated names, and adopted.
const sent = new ens.Subscription(
  "sent",
  { callback: orders, eventCategoryTypes: types, filters: ["definitionKey=order-confirm"] },
  { parent: team },
);
new ens.Subscription("paused", {
  callbackId: orders.callbackId,
  subscriptionName: EDITED ? "Bounces" : "Pauses",
  eventCategoryTypes: types,
  filters: { definitionKey: EDITED ? "other" : "order-confirm", statusCode: "1.*" },
  status: EDITED ? "active" : "paused",
  statusReason: "maintenance",
});

new ens.Subscription("their-sent", {
  ...{ callback: theirs, subscriptionName: "Theirs", adopt: "always", eventCategoryTypes: types },
});

// An auth scheme, a callback and a subscription in one component.
new ens.WebhookEndpoint("hub", {
  ...{ url: hook("hub"), maxBatchSize, authScheme: { grantType: "client_credentials", ...login } },
  subscriptions: { sent: { eventCategoryTypes: types } },
});

// A second tenant, for which an explicit provider uses the same tenant here.
const provider = new ens.Provider("eu", {
  ...{ restUrl, authUrl, accountId: 7000002, activationWait: "0s" },
  ...{ clientId: "sim-client", clientSecret: "sim-secret" },
});
const euIdp = new ens.AuthScheme("eu-idp", { grantType: "client_credentials", ...login }, { provider });
const eu = new ens.Callback("eu", { url: hook("eu"), authScheme: euIdp, maxBatchSize }, { provider });
new ens.Subscription("eu-sent", { callback: eu, eventCategoryTypes: types }, { provider });

// An unfinished callback: the run fails with instructions for a person.
if (RUN > 2) callback("late", { verification: { strategy: "manual" } });

exports.callbackId = orders.callbackId;
exports.signatureKey = orders.signatureKey;
exports.subscriptionId = sent.subscriptionId;
