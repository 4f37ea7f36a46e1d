import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { environmentOf } from "../../examples/environments/description";

const ROOT = resolve(__dirname, "../..");
const scheme = {
  grantType: "client_credentials",
  authUrl: "https://login.example.org/token",
  clientId: "c",
  clientSecret: { env: "IDP_CLIENT_SECRET" },
};
const callback = { url: "https://hooks.example.org/orders", authScheme: "idp" };
const subscription = { callback: "orders", eventCategoryTypes: ["EngagementEvents.EmailOpen"] };
const good = { authSchemes: { idp: scheme }, callbacks: { orders: callback }, subscriptions: { opens: subscription } };

function problems(described: unknown, isSet = () => true): string[] {
  try {
    environmentOf(described, isSet);
    return [];
  } catch (error) {
    return (error as Error).message.split("\n");
  }
}

const withScheme = (change: object) => ({ ...good, authSchemes: { idp: { ...scheme, ...change } } });
const withCallback = (change: object) => ({ ...good, callbacks: { orders: { ...callback, ...change } } });
const withSubscription = (change: object) => ({ ...good, subscriptions: { opens: { ...subscription, ...change } } });

describe("the description of an environment", () => {
  test("one that is right is taken as it is", () => {
    expect(environmentOf(good, () => true)).toEqual(good);
    expect(environmentOf({ callbacks: {} }, () => true)).toEqual({ authSchemes: {}, callbacks: {}, subscriptions: {} });
  });

  const size = "give a whole number of events from 100 to 1000";
  const url = "give https://host/path of your receiver";
  const secret =
    "give { env: NAME } for an environment variable, or { config: KEY } for `pulumi config set --secret KEY`";
  const type = "give an event type as Category.Type, like EngagementEvents.EmailOpen";
  const refused: [object, string][] = [
    [{}, "callbacks is missing; give callbacks by their names"],
    [{ callbacks: [] }, "callbacks is a list; give callbacks by their names"],
    [
      { callbacks: { orders: null } },
      "callbacks.orders is missing; give an object with url, callbackName, maxBatchSize, authScheme, verification",
    ],
    [withCallback({ url: undefined }), `callbacks.orders.url is missing; ${url}`],
    [withCallback({ url: "http://a.example.org" }), `callbacks.orders.url is no https address; ${url}`],
    [withCallback({ maxBatchSize: 50 }), `callbacks.orders.maxBatchSize is below 100; ${size}`],
    [withCallback({ maxBatchSize: 1001 }), `callbacks.orders.maxBatchSize is above 1000; ${size}`],
    [withCallback({ maxBatchSize: "500" }), `callbacks.orders.maxBatchSize is "500"; ${size}`],
    [
      withCallback({ batchSize: 500 }),
      "callbacks.orders has no field batchSize; there are url, callbackName, maxBatchSize, authScheme, verification",
    ],
    [
      withCallback({ authScheme: "ipd" }),
      'callbacks.orders.authScheme is "ipd", which is not described; give one of: idp',
    ],
    [withScheme({ clientSecret: "hunter2" }), `authSchemes.idp.clientSecret is written down here; ${secret}`],
    [withScheme({ clientSecret: undefined }), `authSchemes.idp.clientSecret is missing; ${secret}`],
    [
      withScheme({ grantType: "implicit" }),
      'authSchemes.idp.grantType is "implicit"; give client_credentials, or password (legacy)',
    ],
    [
      withSubscription({ callback: "ordrs" }),
      'subscriptions.opens.callback is "ordrs", which is not described; give one of: orders',
    ],
    [
      withSubscription({ eventCategoryTypes: "EngagementEvents.EmailOpen" }),
      'subscriptions.opens.eventCategoryTypes is "EngagementEvents.EmailOpen"; give a list of event types',
    ],
    [
      withSubscription({ eventCategoryTypes: [] }),
      `subscriptions.opens.eventCategoryTypes is empty; ${type.replace("give", "give at least")}`,
    ],
    [
      withSubscription({ eventCategoryTypes: ["EmailOpen"] }),
      `subscriptions.opens.eventCategoryTypes.0 is "EmailOpen"; ${type}`,
    ],
    [
      withSubscription({ filters: { statusCode: 13 } }),
      "subscriptions.opens.filters.statusCode is 13; give a text; put it in quotes",
    ],
    [withSubscription({ status: "on" }), 'subscriptions.opens.status is "on"; give active or paused'],
  ];
  test.each(refused.map(([described, problem]) => ({ described, problem })))(
    "is refused when $problem",
    ({ described, problem }) => {
      expect(problems(described)).toEqual([problem]);
    },
  );

  test("all problems are told at once, each with its place", () => {
    const bad = {
      callbacks: { orders: { url: "hooks", maxBatchSize: 5 }, returns: {} },
      subscriptions: { opens: { callback: "orders", eventCategoryTypes: [] } },
    };
    expect(problems(bad).map((line) => line.split(" ")[0])).toEqual([
      "callbacks.orders.url",
      "callbacks.orders.maxBatchSize",
      "callbacks.returns.url",
      "subscriptions.opens.eventCategoryTypes",
    ]);
  });

  test("two callbacks cannot have one address", () => {
    const bad = { callbacks: { orders: { url: callback.url }, copy: { url: callback.url } } };
    expect(problems(bad)).toEqual(["callbacks.copy.url is also that of orders; give each callback its own"]);
  });

  test("a secret that is not set is a problem that says how to set it, and no message holds a secret", () => {
    const missing = () => false;
    expect(problems(good, missing)).toEqual([
      "authSchemes.idp.clientSecret.env names IDP_CLIENT_SECRET, which is not set; export IDP_CLIENT_SECRET",
    ]);
    expect(problems(withScheme({ clientSecret: { config: "idp" } }), missing)).toEqual([
      "authSchemes.idp.clientSecret.config names idp, which is not set; run `pulumi config set --secret idp`",
    ]);
    expect(problems(withScheme({ clientSecret: "hunter2" })).join()).not.toContain("hunter2");
    expect(problems(withScheme({ grantType: "password", username: "u", password: "hunter2" })).join()).not.toContain(
      "hunter2",
    );
  });
});

describe("the environments of this repository", () => {
  const stacks = ["dev", "staging", "prod"];
  const described = stacks.map((stack) => {
    const { config } = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"));
    const keys = ["authSchemes", "callbacks", "subscriptions"];
    return environmentOf(Object.fromEntries(keys.map((key) => [key, config[`ens-environment:${key}`]])), () => true);
  });

  test("share no callback address", () => {
    const urls = described.flatMap(({ callbacks }) => Object.values(callbacks).map(({ url }) => url));
    expect(new Set(urls).size).toBe(urls.length);
  });

  test("differ in event types, filters and what is paused", () => {
    const differing = (what: (one: (typeof described)[number]) => unknown) =>
      new Set(described.map((one) => JSON.stringify(what(one)))).size;
    const each = (field: "eventCategoryTypes" | "filters" | "status") => (one: (typeof described)[number]) =>
      Object.values(one.subscriptions).map((subscription) => subscription[field]);
    expect(differing(each("eventCategoryTypes"))).toBeGreaterThan(1);
    expect(differing(each("filters"))).toBe(stacks.length);
    expect(differing(each("status"))).toBeGreaterThan(1);
  });
});
