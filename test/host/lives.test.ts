import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatOwner } from "../../provider/src/resources/frozen";
import type { Properties } from "../support/dynamic-host";
import { drive, from, type Hosts, hostsFor, type Life, type Recorded, UNKNOWN } from "../support/life";
import { CREDENTIALS, type Services, startServices } from "../support/world";

// Compares whole lives of each kind with recordings of the requests, the results for the engine and the messages for a
// person. A refactoring of the provider must not change a recording. After an intended change of behavior, run the
// tests with UPDATE_LIVES=1 to write the recordings again, and review the difference in the commit.
const UPDATES = process.env.UPDATE_LIVES === "1";
const FOLDER = join(__dirname, "lives");
const HINT =
  "if this change of behaviour is meant, write the recordings anew with UPDATE_LIVES=1 and read the difference";

let services: Services;
let hosts: Hosts;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lives-"));
  // The seed makes ids, and values that are generated from them, the same in each run. Faults would cause other
  // requests.
  services = await startServices({ faults: { seed: 1, rate: 0 } });
  hosts = hostsFor(services);
});
afterAll(async () => {
  await hosts?.close();
  await services?.close();
  rmSync(folder, { recursive: true, force: true });
});

const owner = (name: string) => formatOwner(["shop", "dev", "", name]);
const TOKENS = "https://login.example.org/token";
/** The receiver also issues tokens, for any credentials. */
const ANY_TOKENS = "https://hooks.example.org/login/token";
const CLIENT = { grantType: "client_credentials", authUrl: TOKENS, ...CREDENTIALS };
const USER = { ...CLIENT, grantType: "password", username: "ens-user-marker", password: "ens-password-marker" };
const ANY = { ...CLIENT, authUrl: ANY_TOKENS };

const URL_ONE = "https://hooks.example.org/orders";
const URL_TWO = "https://hooks.example.org/returns";
const ORDERS = { owner: owner("orders"), url: URL_ONE };
const TYPED = { ...ORDERS, callbackName: "Orders" };

const SENT = "TransactionalSendEvents.EmailSent";
const NOT_SENT = "TransactionalSendEvents.EmailNotSent";
const OPEN = "EngagementEvents.EmailOpen";
const orders = from("orders", "callbackId");
const MAILS = { owner: owner("mails"), callbackId: orders, eventCategoryTypes: [SENT, NOT_SENT] };
const OBJECT = { definitionKey: "order-confirm", statusCode: "24" };

/** No object has this id. */
const NOBODY = "00000000-0000-4000-8000-000000000000";

const up = (name: string, program: Properties) => ({ up: name, program });

const LIVES: Readonly<Record<string, Life>> = {
  "auth-scheme": {
    resources: { idp: "AuthScheme" },
    steps: [
      { preview: "idp", program: { ...CLIENT, clientSecret: UNKNOWN } },
      up("idp", CLIENT),
      up("idp", CLIENT),
      { refresh: "idp" },
      up("idp", { ...CLIENT, scope: "events" }),
      up("idp", { ...CLIENT, authUrl: `${TOKENS}?tenant=2` }),
      up("idp", { ...CLIENT, clientSecret: "a secret that the authorization server does not know" }),
      up("idp", { ...CLIENT, clientSecret: `${CREDENTIALS.clientSecret}\n` }),
      up("idp", { ...ANY, clientSecret: "rotated" }),
      up("idp", { ...ANY, clientId: "another-client" }),
      { preview: "idp", program: { ...ANY, clientSecret: UNKNOWN } },
      { switches: { rotateAuthIdOnPut: "on" } },
      up("idp", { ...ANY, clientSecret: "rotated again" }),
      up("idp", { ...ANY, clientSecret: "rotated again", onDelete: "retain" }),
      { destroy: "idp" },
      up("idp", CLIENT),
      { destroy: "idp" },
    ],
  },
  "auth-scheme-password": {
    resources: { idp: "AuthScheme" },
    steps: [
      up("idp", USER),
      { refresh: "idp" },
      up("idp", { ...USER, password: "a password that the authorization server does not know" }),
      up("idp", { ...USER, authUrl: ANY_TOKENS, username: "another-user" }),
      up("idp", CLIENT),
      { destroy: "idp" },
    ],
  },
  // No document of ENS describes a GET of schemes, so this life needs a service that offers it.
  "auth-scheme-drift": {
    resources: { idp: "AuthScheme", copy: "AuthScheme" },
    steps: [
      { switches: { authGet: "on" } },
      up("idp", CLIENT),
      { inSetup: "change", of: "idp", to: { authUrl: ANY_TOKENS } },
      "later",
      { refresh: "idp" },
      up("idp", CLIENT),
      { inSetup: "delete", of: "idp" },
      "later",
      up("idp", { ...CLIENT, scope: "events" }),
      up("idp", { ...CLIENT, scope: "events" }),
      { get: "copy", id: from("idp", "authId"), program: ANY },
      { get: "copy", id: NOBODY, program: ANY },
      { inSetup: "delete", of: "idp" },
      "later",
      { refresh: "idp" },
      up("idp", CLIENT),
      { destroy: "idp" },
    ],
  },
  "auth-scheme-bad-inputs": {
    resources: { idp: "AuthScheme" },
    steps: [
      { preview: "idp", program: {} },
      {
        preview: "idp",
        program: {
          grantType: "implicit",
          authUrl: "http://login.example.org/token",
          clientId: "",
          clientSecret: 7,
          scope: ["events"],
          preflight: "call",
          onDelete: "cascade",
          colour: "red",
        },
      },
      { preview: "idp", program: { ...CLIENT, username: "u", password: "p" } },
      { preview: "idp", program: { ...CLIENT, grantType: "password" } },
      { preview: "idp", program: { ...CLIENT, authUrl: "https://user:word@login.example.org/token#part" } },
      { preview: "idp", program: { ...USER, clientId: " padded", password: "padded\n" } },
    ],
  },

  "callback-auto-named": {
    resources: { orders: "Callback", copy: "Callback" },
    steps: [
      { preview: "orders", program: { ...ORDERS, url: UNKNOWN } },
      up("orders", ORDERS),
      up("orders", ORDERS),
      { refresh: "orders" },
      up("orders", { ...ORDERS, maxBatchSize: 500 }),
      up("orders", { ...ORDERS, maxBatchSize: 500, signatureKeyVersion: 2 }),
      { refresh: "orders" },
      up("orders", { ...TYPED, maxBatchSize: 500, signatureKeyVersion: 2 }),
      up("orders", { ...ORDERS, signatureKeyVersion: 2 }),
      { preview: "orders", program: { ...ORDERS, url: UNKNOWN, signatureKeyVersion: 2 } },
      up("orders", { ...ORDERS, url: URL_TWO }),
      { refresh: "orders" },
      { get: "copy", id: orders, program: { url: URL_TWO } },
      { get: "copy", id: NOBODY, program: { url: URL_TWO } },
      { inSetup: "change", of: "orders", to: { maxBatchSize: 700, callbackName: "renamed in Setup" } },
      "later",
      { refresh: "orders" },
      up("orders", { ...ORDERS, url: URL_TWO }),
      { inSetup: "delete", of: "orders" },
      "later",
      up("orders", { ...ORDERS, url: URL_TWO, maxBatchSize: 600 }),
      { refresh: "orders" },
      up("orders", { ...ORDERS, url: URL_TWO }),
      { destroy: "orders" },
    ],
  },
  "callback-typed-name": {
    resources: { orders: "Callback" },
    steps: [
      up("orders", TYPED),
      up("orders", { ...TYPED, callbackName: "Sales" }),
      up("orders", { ...TYPED, callbackName: " Sales " }),
      { preview: "orders", program: { ...TYPED, callbackName: "Sales", url: UNKNOWN } },
      up("orders", { ...TYPED, callbackName: "Sales", url: URL_TWO }),
      up("orders", { ...TYPED, callbackName: "Both", url: URL_ONE }),
      up("orders", { ...TYPED, callbackName: "Both", preflight: false, adopt: "never" }),
      { inSetup: "change", of: "orders", to: { url: URL_TWO } },
      "later",
      { refresh: "orders" },
      up("orders", { ...TYPED, callbackName: "Both" }),
      { inSetup: "delete", of: "orders" },
      "later",
      { destroy: "orders" },
    ],
  },
  "callback-key-sink": {
    resources: { orders: "Callback" },
    steps: [
      up("orders", { ...TYPED, signatureKeySink: { file: "<folder>/key" } }),
      { file: "<folder>/key" },
      { refresh: "orders" },
      up("orders", { ...TYPED, signatureKeySink: { file: "<folder>/key" }, signatureKeyVersion: 2 }),
      { file: "<folder>/key" },
      up("orders", { ...TYPED, signatureKeySink: { file: "<folder>/other" }, signatureKeyVersion: 2 }),
      up("orders", { ...TYPED, signatureKeySink: { file: "<folder>/none/key" }, signatureKeyVersion: 3 }),
      up("orders", { ...TYPED, signatureKeySink: { file: "<folder>/key" }, signatureKeyVersion: 3 }),
      up("orders", { ...TYPED, signatureKeyVersion: 3 }),
      up("orders", { ...TYPED, signatureKeyVersion: 4 }),
      up("orders", { ...TYPED, signatureKeyVersion: 4, signatureKeySink: { file: "<folder>/key" } }),
      { destroy: "orders" },
    ],
  },
  "callback-auth-scheme": {
    resources: { idp: "AuthScheme", other: "AuthScheme", orders: "Callback" },
    steps: [
      up("idp", CLIENT),
      up("other", ANY),
      up("orders", TYPED),
      up("orders", { ...TYPED, authId: from("idp", "authId") }),
      { refresh: "orders" },
      { preview: "orders", program: { ...TYPED, authId: UNKNOWN } },
      up("orders", { ...TYPED, authId: from("other", "authId") }),
      up("orders", { ...TYPED, authId: from("other", "authId"), maxBatchSize: 500 }),
      { destroy: "other", waits: true },
      { switches: { rotateAuthIdOnPut: "on" } },
      up("other", { ...ANY, clientSecret: "rotated" }),
      up("orders", { ...TYPED, authId: from("other", "authId"), maxBatchSize: 500 }),
      up("orders", TYPED),
      up("orders", { ...TYPED, authId: from("idp", "authId") }),
      { inSetup: "change", of: "orders", to: { authId: "" } },
      "later",
      { refresh: "orders" },
      up("orders", { ...TYPED, authId: from("idp", "authId") }),
      { switches: { exposeAuthId: "off" } },
      up("orders", { ...TYPED, authId: from("idp", "authId"), maxBatchSize: 600 }),
      up("orders", { ...TYPED, authId: NOBODY }),
      { destroy: "orders" },
      { destroy: "idp" },
      { destroy: "other" },
    ],
  },
  "callback-unverified": {
    resources: { orders: "Callback", mails: "Subscription", returns: "Callback" },
    steps: [
      up("orders", { ...ORDERS, verification: { strategy: "none" } }),
      { receiver: "keeps keys" },
      { destroy: "orders" },
      up("orders", { ...ORDERS, verification: { strategy: "none" } }),
      { refresh: "orders" },
      up("orders", { ...ORDERS, verification: { strategy: "none" }, maxBatchSize: 500 }),
      up("mails", MAILS),
      { ...up("orders", { ...ORDERS, verification: { timeout: "1s" } }), waits: true },
      { receiver: "verifies" },
      up("orders", { ...ORDERS, verification: { timeout: "1s" } }),
      up("mails", MAILS),
      { receiver: "keeps keys" },
      {
        ...up("returns", { ...ORDERS, owner: owner("returns"), url: URL_TWO, verification: { timeout: "1s" } }),
        waits: true,
      },
      { refresh: "returns" },
      "later", // the verification key has expired by then
      { refresh: "returns" },
      { receiver: "verifies" },
      up("returns", { ...ORDERS, owner: owner("returns"), url: URL_TWO }),
      { destroy: "returns" },
      { destroy: "mails" },
      { destroy: "orders" },
    ],
  },
  "callback-on-delete": {
    resources: { orders: "Callback" },
    steps: [
      up("orders", { ...TYPED, onDelete: "restrict" }),
      {
        inSetup: "add",
        collection: "subscriptions",
        object: { subscriptionName: "foreign", callbackId: orders, eventCategoryTypes: [SENT], filters: [] },
      },
      { destroy: "orders", waits: true },
      up("orders", { ...TYPED, onDelete: "cascade" }),
      { preview: "orders", program: { ...TYPED, onDelete: "cascade", url: URL_TWO } },
      { destroy: "orders" },
      up("orders", { ...TYPED, onDelete: "retain" }),
      { preview: "orders", program: { ...TYPED, onDelete: "retain", url: URL_TWO } },
      { destroy: "orders" },
      up("orders", TYPED),
    ],
  },
  "callback-adopt": {
    resources: { orders: "Callback" },
    steps: [
      up("orders", ORDERS),
      { forget: "orders" },
      "later",
      up("orders", ORDERS),
      up("orders", { ...ORDERS, adopt: "ifUnverified" }),
      up("orders", { ...TYPED, maxBatchSize: 500, adopt: "always" }),
      up("orders", { ...TYPED, maxBatchSize: 500, adopt: "always" }),
      { refresh: "orders" },
      up("orders", { ...TYPED, maxBatchSize: 500, adopt: "always", signatureKeyVersion: 2 }),
      { destroy: "orders" },
      up("orders", { ...ORDERS, adopt: "always" }),
      { destroy: "orders" },
    ],
  },
  "callback-bad-inputs": {
    resources: { orders: "Callback" },
    steps: [
      { preview: "orders", program: {} },
      {
        preview: "orders",
        program: {
          callbackName: "",
          url: "http://hooks.example.org/orders",
          maxBatchSize: 99,
          authId: "",
          verification: { strategy: "hope" },
          preflight: "yes",
          signatureKeyVersion: 0,
          signatureKeySink: {},
          adopt: "sometimes",
          onDelete: "keep",
          colour: "red",
          adpot: "always",
        },
      },
      {
        preview: "orders",
        program: {
          callbackName: ["orders"],
          url: "https://hooks.example.org:8443/orders?tenant=2",
          maxBatchSize: 1000.5,
          authId: 7,
          verification: { timeout: "soon", colour: "red" },
          signatureKeyVersion: "2",
          signatureKeySink: { file: "key", command: ["store"] },
        },
      },
      {
        preview: "orders",
        program: { ...TYPED, maxBatchSize: 1001, verification: { strategy: "listener", port: 80 } },
      },
      {
        preview: "orders",
        program: { ...TYPED, verification: { strategy: "pull", url: "http://example.org", hmacSecret: "" } },
      },
      {
        preview: "orders",
        program: { ...TYPED, verification: { strategy: "manual", verificationKey: "no key at all" } },
      },
      { preview: "orders", program: { ...TYPED, verification: { strategy: "command", command: [] } } },
      { preview: "orders", program: { ...TYPED, verification: "receiver", signatureKeySink: "file" } },
    ],
  },

  "subscription-auto-named": {
    resources: { orders: "Callback", returns: "Callback", mails: "Subscription", copy: "Subscription" },
    steps: [
      up("orders", TYPED),
      up("returns", { owner: owner("returns"), url: URL_TWO }),
      { preview: "mails", program: { ...MAILS, callbackId: UNKNOWN } },
      up("mails", MAILS),
      up("mails", MAILS),
      { refresh: "mails" },
      up("mails", { ...MAILS, eventCategoryTypes: [NOT_SENT, SENT] }),
      up("mails", { ...MAILS, eventCategoryTypes: [SENT, OPEN] }),
      up("mails", { ...MAILS, filters: ["statusCode=24", "definitionKey=order-confirm"] }),
      up("mails", { ...MAILS, filters: ["definitionKey=order-confirm", "statusCode=24"] }),
      up("mails", { ...MAILS, filters: OBJECT }),
      { refresh: "mails" },
      up("mails", { ...MAILS, filters: { ...OBJECT, definitionKey: "b" } }),
      up("mails", { ...MAILS, filters: OBJECT, status: "paused", statusReason: "maintenance" }),
      up("mails", { ...MAILS, filters: OBJECT, status: "paused", statusReason: "another reason" }),
      up("mails", { ...MAILS, filters: OBJECT, status: "active" }),
      up("mails", { ...MAILS, filters: OBJECT, subscriptionName: "Mails" }),
      up("mails", { ...MAILS, filters: OBJECT }),
      { preview: "mails", program: { ...MAILS, callbackId: UNKNOWN, filters: OBJECT } },
      up("mails", { ...MAILS, filters: OBJECT, callbackId: from("returns", "callbackId") }),
      { refresh: "mails" },
      {
        get: "copy",
        id: from("mails", "subscriptionId"),
        program: { callbackId: from("returns", "callbackId"), eventCategoryTypes: [SENT] },
      },
      { get: "copy", id: NOBODY, program: { callbackId: orders, eventCategoryTypes: [SENT] } },
      {
        inSetup: "change",
        of: "mails",
        to: { eventCategoryTypes: [OPEN, SENT], filters: ["definitionKey=c"], status: "paused", statusReason: "Setup" },
      },
      "later",
      { refresh: "mails" },
      up("mails", { ...MAILS, filters: OBJECT, callbackId: from("returns", "callbackId") }),
      { inSetup: "delete", of: "mails" },
      "later",
      up("mails", { ...MAILS, callbackId: from("returns", "callbackId") }),
      { refresh: "mails" },
      up("mails", { ...MAILS, callbackId: from("returns", "callbackId") }),
      { destroy: "mails" },
      { destroy: "returns" },
      { destroy: "orders" },
    ],
  },
  "subscription-typed-name": {
    resources: { orders: "Callback", returns: "Callback", mails: "Subscription", other: "Subscription" },
    steps: [
      up("orders", TYPED),
      up("returns", { owner: owner("returns"), url: URL_TWO }),
      up("mails", { ...MAILS, subscriptionName: "Mails", status: "paused", filters: { definitionKey: "a" } }),
      up("mails", { ...MAILS, subscriptionName: " Mails " }),
      up("other", { ...MAILS, owner: owner("other"), subscriptionName: "Mails" }),
      up("mails", { ...MAILS, subscriptionName: "Letters", adopt: "never" }),
      { preview: "mails", program: { ...MAILS, subscriptionName: "Letters", callbackId: UNKNOWN } },
      up("mails", { ...MAILS, subscriptionName: "Letters", callbackId: from("returns", "callbackId") }),
      up("mails", { ...MAILS, subscriptionName: "Both" }),
      { inSetup: "change", of: "mails", to: { subscriptionName: "renamed in Setup" } },
      "later",
      { refresh: "mails" },
      up("mails", { ...MAILS, subscriptionName: "Both" }),
      { inSetup: "delete", of: "mails" },
      "later",
      { destroy: "mails" },
      { destroy: "returns" },
      { destroy: "orders" },
    ],
  },
  "subscription-adopt": {
    resources: { orders: "Callback", mails: "Subscription" },
    steps: [
      up("orders", TYPED),
      up("mails", { ...MAILS, subscriptionName: "Mails" }),
      { forget: "mails" },
      "later",
      up("mails", { ...MAILS, subscriptionName: "Mails" }),
      up("mails", { ...MAILS, subscriptionName: "Mails", filters: OBJECT, status: "paused", adopt: "always" }),
      up("mails", { ...MAILS, subscriptionName: "Mails", filters: OBJECT, status: "paused", adopt: "always" }),
      { destroy: "mails" },
      up("mails", MAILS),
      { forget: "mails" },
      "later",
      up("mails", { ...MAILS, filters: { definitionKey: "a" } }), // its generated name proves that this resource created it
      { destroy: "mails" },
      up("mails", { ...MAILS, callbackId: NOBODY }),
      { destroy: "orders" },
    ],
  },
  "subscription-bad-inputs": {
    resources: { orders: "Callback", mails: "Subscription" },
    steps: [
      { preview: "mails", program: {} },
      {
        preview: "mails",
        program: {
          subscriptionName: "",
          callbackId: " ",
          eventCategoryTypes: [],
          filters: ["no sign of equality", " padded=x", 7],
          status: "suspended",
          statusReason: "",
          adopt: "ifUnverified",
          colour: "red",
        },
      },
      {
        preview: "mails",
        program: {
          subscriptionName: 7,
          callbackId: ["x"],
          eventCategoryTypes: ["EmailSent", "", 7],
          filters: { "": "x", "a=b": "x", list: ["x"], object: {}, padded: " x" },
        },
      },
      {
        preview: "mails",
        program: { ...MAILS, callbackId: "x", eventCategoryTypes: SENT, filters: "definitionKey=a" },
      },
      up("orders", TYPED),
      // These inputs pass the check with warnings, and ENS rejects them.
      up("mails", { ...MAILS, eventCategoryTypes: [SENT, "TransactionalSendEvents.EmailSend"] }),
      up("mails", { ...MAILS, filters: ["definitonKey=a"] }),
      { preview: "mails", program: { ...MAILS, filters: ["definitionKey=a", "definitionKey=b", "info.to=(?=a)"] } },
      { destroy: "orders" },
    ],
  },
};

const fileOf = (name: string) => join(FOLDER, `${name}.json`);

function recordingOf(name: string): Recorded[] | undefined {
  if (UPDATES) return undefined;
  if (!existsSync(fileOf(name))) throw new Error(`${fileOf(name)} is missing; ${HINT}`);
  return JSON.parse(readFileSync(fileOf(name), "utf8")) as Recorded[];
}

test.each(Object.keys(LIVES))("the life %s matches its recording", async (name) => {
  const expected = recordingOf(name);
  const recorded = await drive(LIVES[name] as Life, { services, hosts, folder }, expected);
  if (expected === undefined) return writeFileSync(fileOf(name), `${JSON.stringify(recorded, null, 2)}\n`);
  try {
    expect(recorded).toEqual(expected);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${HINT}`, { cause: error });
  }
});

test("each recording belongs to a life", () => {
  const names = readdirSync(FOLDER).toSorted();
  expect(names).toEqual(
    Object.keys(LIVES)
      .map((name) => `${name}.json`)
      .toSorted(),
  );
});
