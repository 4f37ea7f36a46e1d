import * as pulumi from "@pulumi/pulumi";
import * as ens from "pulumi-ens";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}
const registered: Registered[] = [];
const url = "https://hooks.example.org/orders";
const sent = { eventCategoryTypes: ["TransactionalSendEvents.EmailSent"], filters: { definitionKey: "order" } };
const scheme = {
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  clientId: "c",
  clientSecret: "s",
} as const;

const settled = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

beforeAll(() =>
  pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, name, inputs });
        return { id: `${name}-id`, state: { ...inputs, signatureKey: "key" } };
      },
      call: () => ({}),
    },
    "shop",
    "dev",
  ),
);
beforeEach(() => registered.splice(0));

async function childrenOf(endpoint: ens.WebhookEndpoint) {
  await Promise.all(Object.values(endpoint.subscriptions).map(({ urn }) => settled(urn)));
  return registered.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort();
}

test("an endpoint creates a callback and its subscriptions, whose names derive from it", async () => {
  const endpoint = new ens.WebhookEndpoint("orders", { url, maxBatchSize: 100, subscriptions: { sent, failed: sent } });
  expect(await childrenOf(endpoint)).toEqual([
    "Callback orders",
    "Subscription orders-failed",
    "Subscription orders-sent",
    "WebhookEndpoint orders",
  ]);
  const inputs = Object.fromEntries(registered.map(({ name, type, inputs: given }) => [`${type} ${name}`, given]));
  expect(inputs["pulumi-nodejs:dynamic/ens:Callback orders"]).toMatchObject({ url, maxBatchSize: 100 });
  expect(inputs["pulumi-nodejs:dynamic/ens:Subscription orders-sent"]).toMatchObject({
    callbackId: "orders-id",
    ...sent,
  });
  expect(await settled(endpoint.callbackId)).toBe("orders-id");
  expect(await pulumi.isSecret(endpoint.signatureKey)).toBe(true);
  expect(endpoint.authScheme).toBeUndefined();
  expect(await settled(endpoint.subscriptions.sent?.urn as pulumi.Output<string>)).toContain(
    "pulumi-ens:index:WebhookEndpoint$pulumi-nodejs:dynamic/ens:Subscription::orders-sent",
  );
});

test("an endpoint creates its own scheme or uses an existing one", async () => {
  const own = new ens.WebhookEndpoint("own", { url, authScheme: scheme, subscriptions: { sent } });
  expect(await childrenOf(own)).toContain("AuthScheme own-auth");
  expect(registered.find(({ name }) => name === "own")?.inputs).toBeDefined();
  const shared = new ens.AuthScheme("shared", scheme);
  const other = new ens.WebhookEndpoint("other", { url, authScheme: shared, subscriptions: { sent } });
  expect(await childrenOf(other)).not.toContain("AuthScheme other-auth");
  expect(other.authScheme).toBe(shared);
  const callback = registered.find(({ name, type }) => name === "other" && type.endsWith("Callback"));
  expect(callback?.inputs).toMatchObject({ authId: "shared-id" });
});

test.each<[string, unknown, string]>([
  ["no arguments", undefined, 'WebhookEndpoint "it": the arguments are missing; pass an object like'],
  ["no subscriptions", { url }, "subscriptions is missing; pass an object of subscriptions by their names"],
  [
    "a string as scheme",
    { url, authScheme: "abc", subscriptions: {} },
    'authScheme is "abc"; pass an AuthScheme or its arguments',
  ],
  ["no scheme", { url, authScheme: null, subscriptions: {} }, "authScheme is null; pass an AuthScheme"],
  [
    "an output as scheme",
    { url, authScheme: pulumi.output(scheme), subscriptions: {} },
    "authScheme is an output; pass",
  ],
  ["a list of subscriptions", { url, subscriptions: [sent] }, "subscriptions is not an object"],
  ["an output as subscriptions", { url, subscriptions: pulumi.output({ sent }) }, "subscriptions is an output"],
  [
    "a subscription that is not an object",
    { url, subscriptions: { sent: "x" } },
    "subscriptions.sent is not an object",
  ],
  [
    "a subscription with the name of the scheme",
    { url, subscriptions: { auth: sent } },
    "subscriptions.auth has the same name as the auth scheme; rename it",
  ],
])("%s is rejected with a message of one line", (_, args, message) => {
  expect(() => new ens.WebhookEndpoint("it", args as ens.WebhookEndpointArgs)).toThrow(message);
  expect(registered).toEqual([]);
});
