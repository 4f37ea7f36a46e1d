import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";

// The JSON Schema with which editors check the files Pulumi.<stack>.yaml. `reference.test.ts` compares it with the tables.

const ROOT = resolve(__dirname, "../..");
const read = (name: string) => readFileSync(join(ROOT, name), "utf8");
const SCHEMA = "examples/environments/environment.schema.json";
const schema = JSON.parse(read(SCHEMA));
const STACKS = ["dev", "staging", "prod"].map((stack) => `Pulumi.${stack}.yaml`);
const validate = new Ajv({ allErrors: true, strictTypes: false }).compile(schema);

/** Returns the deepest rejected paths, with the name that is unknown or missing. */
function refusedPlaces(stack: object): string[] {
  validate(stack);
  const places = (validate.errors ?? []).map(({ instancePath, params }) => {
    const name = params.additionalProperty ?? params.missingProperty;
    return (name === undefined ? instancePath : `${instancePath}/${name}`).replace("/config/ens-environment:", "");
  });
  const all = [...new Set(places)];
  return all.filter((place) => !all.some((other) => other.startsWith(`${place}/`)));
}

const url = "https://hooks.example.org/orders";
const login = { grantType: "client_credentials", authUrl: "https://login.example.org/token", clientId: { env: "ID" } };
const clientSecret = { config: "secret" };
const stackOf = (section: string, entry: object) => ({ config: { [`ens-environment:${section}`]: { one: entry } } });
const callback = (entry: object) => stackOf("callbacks", { url, ...entry });
const scheme = (entry: object) => stackOf("authSchemes", { ...login, clientSecret, ...entry });
const subscription = (entry: object) =>
  stackOf("subscriptions", { callback: "orders", eventCategoryTypes: ["EngagementEvents.EmailOpen"], ...entry });

test("the schema is valid for its draft of JSON Schema", () => {
  const ajv = new Ajv();
  expect(ajv.validateSchema(schema)).toBe(true);
});

test.each(STACKS)("%s names the schema in its first line and is valid", (name) => {
  expect(read(name).split("\n")[0]).toBe(`# yaml-language-server: $schema=${SCHEMA}`);
  expect(refusedPlaces(parse(read(name)))).toEqual([]);
});

const verification = { strategy: "pull", url: "https://keys.example.org/{callbackId}", bearerToken: { env: "TOKEN" } };
test.each([
  callback({ authScheme: null, verification: { timeout: "15m" }, signatureKeySink: { command: ["put", ""] } }),
  callback({ verification, onDelete: "retain", protect: true, adopt: "ifUnverified" }),
  { config: { "ens-environment:callbacks": { engagement: null } } },
  { config: { "ens-environment:subscriptions": { "orders-sent": { status: "paused" } } } },
  subscription({ filters: ["a=b"], eventCategoryTypes: ["New.Type"] }),
  subscription({ callback: undefined, callbackId: "id" }),
  scheme({ grantType: "password", username: { env: "USER_NAME" }, password: { config: "password" } }),
  {
    config: {
      "ens:accountId": 7,
      "ens:clientSecret": { secure: "v1:x" },
      "ens-environment:secret": { secure: "v1:x" },
    },
  },
  { encryptionsalt: "v1:x", config: { "other:key": { any: 1 } } },
])("the schema accepts %j", (stack) => {
  expect(refusedPlaces(JSON.parse(JSON.stringify(stack)))).toEqual([]);
});

const mistakes: [string, object, string][] = [
  ["an unknown property", callback({ maxBatchSze: 500 }), "callbacks/one/maxBatchSze"],
  ["a wrong type", callback({ maxBatchSize: "500" }), "callbacks/one/maxBatchSize"],
  ["a missing url", callback({ url: undefined }), "callbacks/one/url"],
  ["a url that ENS does not take", callback({ url: "https://hooks.example.org:8443/" }), "callbacks/one/url"],
  ["a number that is too small", callback({ maxBatchSize: 99 }), "callbacks/one/maxBatchSize"],
  ["a number that is too large", callback({ maxBatchSize: 1001 }), "callbacks/one/maxBatchSize"],
  ["another word", callback({ onDelete: "keep" }), "callbacks/one/onDelete"],
  ["a scheme that would cascade", scheme({ onDelete: "cascade" }), "authSchemes/one/onDelete"],
  ["an unencrypted secret", scheme({ clientSecret: "hunter2" }), "authSchemes/one/clientSecret"],
  [
    "an unencrypted secret in an object",
    callback({ verification: { ...verification, bearerToken: "hunter2" } }),
    "callbacks/one/verification/bearerToken",
  ],
  ["an unknown strategy", callback({ verification: { strategy: "push" } }), "callbacks/one/verification/strategy"],
  [
    "a property of another strategy",
    callback({ verification: { strategy: "none", timeout: "5m" } }),
    "callbacks/one/verification/timeout",
  ],
  ["a strategy without its url", callback({ verification: { strategy: "pull" } }), "callbacks/one/verification/url"],
  ["a time without a unit", callback({ verification: { timeout: "90" } }), "callbacks/one/verification/timeout"],
  ["two sinks", callback({ signatureKeySink: { file: "a", command: ["b"] } }), "callbacks/one/signatureKeySink"],
  [
    "an event type without a category",
    subscription({ eventCategoryTypes: ["Open"] }),
    "subscriptions/one/eventCategoryTypes/0",
  ],
  ["no event types", subscription({ eventCategoryTypes: [] }), "subscriptions/one/eventCategoryTypes"],
  ["a filter without a key", subscription({ filters: ["a"] }), "subscriptions/one/filters/0"],
  ["a misspelt part", stackOf("callback", { url }), "callback/one"],
  ["a misspelt setting", { config: { "ens:acountId": "7" } }, "/config/ens:acountId"],
  ["an unencrypted credential", { config: { "ens:clientSecret": "hunter2" } }, "/config/ens:clientSecret"],
];
test.each(mistakes)("the schema rejects %s at its path", (_what, stack, place) => {
  expect(refusedPlaces(JSON.parse(JSON.stringify(stack)))).toEqual([place]);
});

test("an editor shows the description and the default of a property", () => {
  const { maxBatchSize, verification, onDelete } = schema.definitions.callbacks.properties;
  expect(maxBatchSize).toMatchObject({ default: 1000, description: expect.stringContaining("100 to 1000") });
  expect(onDelete).toMatchObject({ default: "restrict", description: expect.stringContaining("`cascade`") });
  expect(verification.properties.strategy).toMatchObject({
    default: "receiver",
    description: expect.stringContaining("`pull`: Your receiver stores the body of the verification request"),
  });
  const described = ["authSchemes", "callbacks", "subscriptions"].flatMap((section) =>
    Object.values<{ description?: string }>(schema.definitions[section].properties),
  );
  expect(described.length).toBeGreaterThan(25);
  expect(described.filter(({ description }) => !description)).toEqual([]);
});

describe("the schema of examples/fleet", () => {
  const ajv = new Ajv({ allErrors: true, strictTypes: false });
  ajv.addSchema(schema, "../environments/environment.schema.json");
  const validateFleet = ajv.compile(JSON.parse(read("examples/fleet/fleet.schema.json")));
  const fleet = read("examples/fleet/fleet.yaml");
  const places = (text: string) => {
    validateFleet(parse(text));
    return (validateFleet.errors ?? []).map(({ instancePath, params }) => `${instancePath} ${Object.values(params)}`);
  };

  test("accepts fleet.yaml, which names the schema", () => {
    expect(fleet.split("\n")[0]).toBe("# yaml-language-server: $schema=fleet.schema.json");
    expect(places(fleet)).toEqual([]);
  });

  test("rejects a unit without accountId and inputs that the resources reject", () => {
    expect(places(fleet.replace('accountId: "7000003"', ""))).toEqual(["/units/south accountId"]);
    expect(places(fleet.replace("maxBatchSize: 1000", "maxBatchSize: 1"))).toEqual([
      "/units/west/callbacks/orders/maxBatchSize >=,100",
    ]);
    expect(places(fleet.replace("units:", "unit:"))).toEqual([" units", " unit"]);
  });
});
