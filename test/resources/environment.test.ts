import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { readDescription } from "../../examples/environments/description";
import { NAMES } from "../../examples/environments/sections";

const ROOT = resolve(__dirname, "../..");
const scheme = {
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  clientId: { config: "idpClientId" },
  clientSecret: { env: "IDP_CLIENT_SECRET" },
};
const callback = { url: "https://hooks.example.org/orders", authScheme: "idp" };
const subscription = { callback: "orders", eventCategoryTypes: ["EngagementEvents.EmailOpen"] };
const good = { authSchemes: { idp: scheme }, callbacks: { orders: callback }, subscriptions: { opens: subscription } };

const read = (described: object, isSet = () => true) => readDescription({ ...described }, isSet);
function problems(described: object, isSet = () => true): string[] {
  try {
    read(described, isSet);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

const withScheme = (change: object) => ({ ...good, authSchemes: { idp: { ...scheme, ...change } } });
const withCallback = (change: object) => ({ ...good, callbacks: { orders: { ...callback, ...change } } });
const withSubscription = (change: object) => ({ ...good, subscriptions: { opens: { ...subscription, ...change } } });
const verifiedBy = (verification: object) => withCallback({ verification });

const URL_WAY = "give https://host/path of your receiver";
const SIZE_WAY = "give a whole number of events from 100 to 1000";
const SECRET_WAY =
  "give { env: NAME } for an environment variable, or { config: KEY } for `pulumi config set --secret KEY`";

describe("the description of an environment", () => {
  test("is accepted unchanged if it is valid", () => {
    expect(read(good)).toEqual(good);
    const callbacks = { orders: { url: callback.url } };
    expect(read({ callbacks })).toEqual({ authSchemes: {}, callbacks, subscriptions: {} });
  });

  const allOfThem: [object, object][] = [
    ["onDelete", "retain"],
    ["preflight", true],
    ["adopt", "ifUnverified"],
    ["signatureKeyVersion", 2],
    ["signatureKeySink", { file: "keys/orders" }],
    ["protect", true],
    ["verification", { strategy: "pull", url: "https://keys.example.org", bearerToken: { env: "TOKEN" } }],
    ["verification", { strategy: "manual", verificationKey: { config: "key" } }],
  ].map(([key, value]) => [withCallback({ [key as string]: value }), { [key as string]: value }]);
  test.each(allOfThem.map(([described, what]) => ({ described, what: JSON.stringify(what) })))(
    "a callback takes $what",
    ({ described }) => {
      expect(problems(described)).toEqual([]);
    },
  );

  const refused: [object, string][] = [
    [{}, "nothing is described; give callbacks and subscriptions, or run `pulumi destroy` to remove them all"],
    [{ callbacks: [] }, "callbacks has no names; give entries by their names"],
    [{ callbacks: { orders: 5 } }, "callbacks.orders is no object; give the properties of Callback"],
    [{ callbacks: { "": { url: callback.url } } }, "callbacks has an entry without a name; give it one"],
    [
      { ...good, callback: { orders: callback } },
      `callback is no part of a description; there are base, ${NAMES.join(", ")}`,
    ],
    [{ ...good, base: { callback: {} } }, `base.callback is no part of a description; there are ${NAMES.join(", ")}`],
    [{ ...good, base: "x" }, `base is no object; give ${NAMES.join(", ")} in it`],
    [withCallback({ url: undefined }), `callbacks.orders.url is missing; ${URL_WAY}`],
    [
      withCallback({ url: "http://a.example.org" }),
      `callbacks.orders.url does not start with https://, but ENS accepts only https; ${URL_WAY}`,
    ],
    [withCallback({ maxBatchSize: 50 }), `callbacks.orders.maxBatchSize is 50, below 100; ${SIZE_WAY}`],
    [withCallback({ maxBatchSize: 1001 }), `callbacks.orders.maxBatchSize is 1001, above 1000; ${SIZE_WAY}`],
    [withCallback({ maxBatchSize: "500" }), `callbacks.orders.maxBatchSize is "500"; ${SIZE_WAY}`],
    [
      withCallback({ maxBatchSze: 500 }),
      "callbacks.orders.maxBatchSze is not a property of this resource; did you mean maxBatchSize?",
    ],
    [
      withCallback({ authSchem: "idp" }),
      "callbacks.orders.authSchem is not a property of this resource; did you mean authScheme?",
    ],
    [withCallback({ signatureKey: "x" }), "callbacks.orders.signatureKey is an output of this resource; remove it"],
    [withCallback({ owner: "x" }), "callbacks.orders.owner is an output of this resource; remove it"],
    [withCallback({ authId: "x" }), "callbacks.orders.authScheme and authId are both set; remove one of them"],
    [
      withCallback({ authScheme: "ipd" }),
      'callbacks.orders.authScheme is "ipd", which is not described; give one of authSchemes: idp',
    ],
    [
      withCallback({ authScheme: "constructor" }),
      'callbacks.orders.authScheme is "constructor", which is not described; give one of authSchemes: idp',
    ],
    [withCallback({ protect: "yes" }), "callbacks.orders.protect is neither true nor false; give one of them"],
    [withCallback({ onDelete: "keep" }), 'callbacks.orders.onDelete: "keep" is not one of restrict, cascade, retain'],
    [
      verifiedBy({ strategy: "pul" }),
      'callbacks.orders.verification.strategy: "pul" is not one of receiver, pull, file, command, listener, manual, none',
    ],
    [
      verifiedBy({ strategy: "pull", bearerToken: { env: "T" } }),
      "callbacks.orders.verification.url is missing; give the https URL from which the provider reads the verification key",
    ],
    [
      verifiedBy({ bearerToken: { env: "T" } }),
      "callbacks.orders.verification.bearerToken does not belong to verification; remove it",
    ],
    [
      verifiedBy({ strategy: "pull", url: "https://keys.example.org", hmacSecret: "hunter2" }),
      `callbacks.orders.verification.hmacSecret is written down here; ${SECRET_WAY}`,
    ],
    [withScheme({ clientSecret: "hunter2" }), `authSchemes.idp.clientSecret is written down here; ${SECRET_WAY}`],
    [withScheme({ clientId: 5 }), `authSchemes.idp.clientId is written down here; ${SECRET_WAY}`],
    [
      withScheme({ clientSecret: { enf: "x" } }),
      `authSchemes.idp.clientSecret does not say where the secret is; ${SECRET_WAY}`,
    ],
    [
      withScheme({ clientSecret: undefined }),
      "authSchemes.idp.clientSecret is missing; give the client secret for clientId",
    ],
    [
      withScheme({ grantType: "implicit" }),
      'authSchemes.idp.grantType: "implicit" is not one of client_credentials, password',
    ],
    [
      withScheme({ username: { env: "U" } }),
      'authSchemes.idp.username is for the password grant only; remove it, or set grantType to "password"',
    ],
    [
      withSubscription({ callback: "ordrs" }),
      'subscriptions.opens.callback is "ordrs", which is not described; give one of callbacks: orders',
    ],
    [
      withSubscription({ callback: 1 }),
      "subscriptions.opens.callback is 1, which is not described; give one of callbacks: orders",
    ],
    [withSubscription({ callback: undefined }), "subscriptions.opens.callback is missing; give callback or callbackId"],
    [
      withSubscription({ eventCategoryTypes: [] }),
      'subscriptions.opens.eventCategoryTypes is empty; give a list of event types, like ["TransactionalSendEvents.EmailSent"]',
    ],
    [
      withSubscription({ eventCategoryTypes: ["EmailOpen"] }),
      "subscriptions.opens.eventCategoryTypes[0] is not an event type; write it as Category.Type, like EngagementEvents.EmailOpen",
    ],
    [withSubscription({ filters: { key: { a: 1 } } }), "subscriptions.opens.filters.key is an object; give a string"],
    [withSubscription({ status: "on" }), 'subscriptions.opens.status: "on" is not one of active, paused'],
    [
      { callbacks: { "a.b": { url: callback.url, maxBatchSize: 1 } } },
      `callbacks["a.b"].maxBatchSize is 1, below 100; ${SIZE_WAY}`,
    ],
  ];
  test.each(refused.map(([described, problem]) => ({ described, problem })))(
    "is refused when $problem",
    ({ described, problem }) => {
      expect(problems(described)).toEqual([problem]);
    },
  );

  test("has all problems in one message, each with its path", () => {
    const bad = {
      authSchemes: { idp: { ...scheme, clientSecret: "hunter2", authUrl: "login" } },
      callbacks: {
        orders: { url: "hooks", maxBatchSize: 5, verification: { strategy: "pull", bearerToken: "hunter2" } },
        returns: {},
        7: { url: callback.url, authScheme: "nobody" },
      },
      subscriptions: { opens: { callback: "orders", eventCategoryTypes: [], statu: "paused" } },
    };
    const found = problems(bad);
    expect(found.map((line) => line.split(" ")[0]).sort()).toEqual([
      "authSchemes.idp.authUrl",
      "authSchemes.idp.clientSecret",
      "callbacks.7.authScheme",
      "callbacks.orders.maxBatchSize",
      "callbacks.orders.url",
      "callbacks.orders.verification.bearerToken",
      "callbacks.orders.verification.url",
      "callbacks.returns.url",
      "subscriptions.opens.eventCategoryTypes",
      "subscriptions.opens.statu",
    ]);
    expect(found.join()).not.toContain("hunter2");
  });

  test("has unique values where ENS accepts a value only once", () => {
    const { url } = callback;
    const callbacks = {
      orders: { url, callbackName: "one" },
      copy: { url: `${url}#`.slice(0, -1), callbackName: "one" },
    };
    expect(problems({ callbacks })).toEqual([
      "callbacks.copy.url is also that of orders; give each of callbacks its own",
      "callbacks.copy.callbackName is also that of orders; give each of callbacks its own",
    ]);
  });

  test("has a hint for each secret that is not set", () => {
    expect(problems(good, () => false)).toEqual([
      "authSchemes.idp.clientId is in the configuration as idpClientId, which is not set; run `pulumi config set --secret idpClientId`",
      "authSchemes.idp.clientSecret is in the environment variable IDP_CLIENT_SECRET, which is not set; export IDP_CLIENT_SECRET",
    ]);
  });

  test("does not parse a secret that is JSON", () => {
    const verification = { strategy: "manual", verificationKey: { config: "probe" } };
    expect(problems({ ...verifiedBy(verification), probe: { verificationKey: "k" } })).toEqual([]);
  });
});

describe("the description of a stack that overrides the one of the project", () => {
  const base = { ...good, subscriptions: { opens: { ...subscription, filters: { definitionKey: "a", asset: "b" } } } };

  test("adds and changes entries, and removes those that are null", () => {
    const { authSchemes, callbacks, subscriptions } = read({
      base,
      authSchemes: { idp: { clientSecret: { config: "secret" } }, second: scheme },
      callbacks: { orders: { authScheme: null, maxBatchSize: 100 } },
      subscriptions: { opens: { eventCategoryTypes: ["A.B"], filters: { asset: null } } },
    });
    expect(authSchemes).toEqual({ idp: { ...scheme, clientSecret: { config: "secret" } }, second: scheme });
    expect(callbacks).toEqual({ orders: { url: callback.url, maxBatchSize: 100 } });
    expect(subscriptions).toEqual({
      opens: { callback: "orders", eventCategoryTypes: ["A.B"], filters: { definitionKey: "a" } },
    });
  });

  test("can remove an entry, and an empty part removes nothing", () => {
    expect(read({ base, subscriptions: { opens: null } }).subscriptions).toEqual({});
    expect(read({ base, subscriptions: null }).subscriptions).toEqual({ opens: base.subscriptions.opens });
  });

  test("is checked after the merge, and the message names missing properties", () => {
    expect(problems({ base, callbacks: { orders: null } })).toEqual([
      'subscriptions.opens.callback is "orders", which is not described; give one of callbacks: none so far',
    ]);
  });
});

describe("the environments of this repository", () => {
  const parsed = (name: string) => parse(readFileSync(join(ROOT, name), "utf8"));
  const stacks = ["dev", "staging", "prod"];
  const base = parsed("Pulumi.yaml").config.base.default;
  const described = stacks.map((stack) => {
    const { config } = parsed(`Pulumi.${stack}.yaml`);
    return read({ base, ...Object.fromEntries(NAMES.map((key) => [key, config[`ens-environment:${key}`]])) });
  });

  test("share no callback URL", () => {
    const urls = described.flatMap(({ callbacks }) => Object.values(callbacks).map(({ url }) => url));
    expect(urls).toHaveLength(6);
    expect(new Set(urls).size).toBe(urls.length);
  });

  test("differ in event types, filters and paused subscriptions", () => {
    const differing = (property: string) =>
      new Set(
        described.map(({ subscriptions }) => JSON.stringify(Object.values(subscriptions).map((one) => one[property]))),
      ).size;
    expect(differing("eventCategoryTypes")).toBeGreaterThan(1);
    expect(differing("filters")).toBe(stacks.length);
    expect(differing("status")).toBeGreaterThan(1);
  });
});
