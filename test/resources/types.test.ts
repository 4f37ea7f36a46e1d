import type * as pulumi from "@pulumi/pulumi";
import type * as ens from "pulumi-ens";
import { startSimulator } from "pulumi-ens-simulator";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import type { Values } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import { checked, instantClock, lifecycleOf, ownerOf, runOf } from "../support/lifecycle";
import { startReceiver } from "../support/receiver";
import { startLogin } from "../support/scripted";

// The types and the checks are derived from the same tables in two ways. Each program here is checked by both:
// tsc finds changes of the types, jest finds changes of the checks.

const owner = ownerOf("shop");
const refused = (kind: unknown, args: object) => checked(kind, { ...args }).failures;
const login = { authUrl: "https://login.example.org/token", clientId: "c", clientSecret: "s" };
const url = "https://hooks.example.org/orders";
const eventCategoryTypes = ["EngagementEvents.EmailOpen"];

const scheme = (args: ens.AuthSchemeArgs) => refused(authScheme, args);
/** A complete program. */
const usual = (more: Partial<ens.AuthSchemeArgs>) => scheme({ grantType: "client_credentials", ...login, ...more });
const hook = (args: ens.CallbackArgs) => refused(callback, { owner, ...args });
const hooked = (more: Omit<ens.CallbackArgs, "url">) => hook({ url, ...more });
const verified = (verification: ens.VerificationArgs) => hooked({ verification });
const sunk = (signatureKeySink: ens.SignatureKeySinkArgs) => hooked({ signatureKeySink });
const subscribe = (args: ens.SubscriptionArgs) => refused(subscription, { owner, ...args });
const subscribed = (more: Partial<ens.SubscriptionArgs>) => subscribe({ callbackId: "c", eventCategoryTypes, ...more });

test("the checks accept every argument, word and omission that TypeScript accepts", () => {
  const pull = { strategy: "pull", url: "https://hooks.example.org/keys" } as const;
  expect(
    [
      scheme({ grantType: "client_credentials", ...login }),
      scheme({ grantType: "password", ...login, username: "u", password: "p" }),
      usual({ scope: "a b" }),
      usual({ preflight: "token" }),
      usual({ onDelete: "restrict" }),
      usual({ onDelete: "retain" }),
      hook({ url }),
      hooked({ callbackName: "Orders" }),
      hooked({ maxBatchSize: 100 }),
      hooked({ authId: "a" }),
      hooked({ preflight: true }),
      hooked({ signatureKeyVersion: 2 }),
      hooked({ adopt: "never" }),
      hooked({ adopt: "ifUnverified" }),
      hooked({ adopt: "always" }),
      hooked({ onDelete: "restrict" }),
      hooked({ onDelete: "cascade" }),
      hooked({ onDelete: "retain" }),
      sunk({ file: "key" }),
      sunk({ command: ["keep", "it"] }),
      verified({}),
      verified({ timeout: "10m" }),
      verified({ strategy: "receiver" }),
      verified(pull),
      verified({ ...pull, bearerToken: "t", hmacSecret: "h", timeout: "1m" }),
      verified({ strategy: "file", path: "probe.json", timeout: "1m" }),
      verified({ strategy: "command", command: ["find"], timeout: "1m" }),
      verified({ strategy: "listener", port: 8090, timeout: "1m" }),
      verified({ strategy: "manual" }),
      verified({ strategy: "manual", verificationKey: "a2V5" }),
      verified({ strategy: "none" }),
      subscribe({ callbackId: "c", eventCategoryTypes }),
      subscribed({ subscriptionName: "opens" }),
      subscribed({ eventCategoryTypes: ["Another.Type"] }),
      subscribed({ filters: [] }),
      subscribed({ filters: ["definitionKey=a"] }),
      subscribed({ filters: { definitionKey: "a", statusCode: 24, other: true } }),
      subscribed({ status: "active" }),
      subscribed({ status: "paused", statusReason: "a rest" }),
      subscribed({ adopt: "never" }),
      subscribed({ adopt: "always" }),
    ].flat(),
  ).toEqual([]);
});

test("the checks reject every mistake that TypeScript rejects, so that a run without types fails early", () => {
  const programs = [
    // @ts-expect-error no credentials
    scheme({ grantType: "client_credentials", authUrl: login.authUrl }),
    // @ts-expect-error no grant
    scheme({ ...login }),
    // @ts-expect-error no such grant
    scheme({ grantType: "implicit", ...login }),
    // @ts-expect-error a number instead of a string
    usual({ clientSecret: 7 }),
    // @ts-expect-error a boolean instead of a word
    usual({ preflight: true }),
    // @ts-expect-error callbacks are never deleted with a scheme
    usual({ onDelete: "cascade" }),
    // @ts-expect-error a property of outputs only
    usual({ authId: "a" }),
    // @ts-expect-error no URL
    hook({}),
    // @ts-expect-error a string instead of a number
    hooked({ maxBatchSize: "500" }),
    // @ts-expect-error a string instead of a number
    hooked({ signatureKeyVersion: "2" }),
    // @ts-expect-error a string instead of a boolean
    hooked({ preflight: "true" }),
    // @ts-expect-error no such word
    hooked({ adopt: "ifunverified" }),
    // @ts-expect-error no such word
    hooked({ onDelete: "delete" }),
    // @ts-expect-error no such property
    hooked({ callbackname: "orders" }),
    // @ts-expect-error a property of outputs only
    hooked({ status: "verified" }),
    // @ts-expect-error a string instead of an object
    hooked({ signatureKeySink: "key" }),
    // @ts-expect-error a shell command instead of a list
    sunk({ command: "keep it" }),
    // @ts-expect-error no such property
    sunk({ path: "key" }),
    // @ts-expect-error a string instead of an object
    verified("receiver"),
    // @ts-expect-error no such strategy
    verified({ strategy: "hope" }),
    // @ts-expect-error no URL of the key
    verified({ strategy: "pull" }),
    // @ts-expect-error no file
    verified({ strategy: "file" }),
    // @ts-expect-error no program
    verified({ strategy: "command" }),
    // @ts-expect-error no port
    verified({ strategy: "listener" }),
    // @ts-expect-error a string instead of a number
    verified({ strategy: "listener", port: "8090" }),
    // @ts-expect-error a duration without a unit
    verified({ timeout: 90 }),
    // @ts-expect-error a property of another strategy
    verified({ path: "probe.json" }),
    // @ts-expect-error no events
    subscribe({ callbackId: "c" }),
    // @ts-expect-error a string instead of a list
    subscribed({ eventCategoryTypes: "EngagementEvents.EmailOpen" }),
    // @ts-expect-error a filter that is not a string
    subscribed({ filters: [7] }),
    // @ts-expect-error a list instead of a pattern
    subscribed({ filters: { definitionKey: ["a", "b"] } }),
    // @ts-expect-error no such word
    subscribed({ status: "stopped" }),
    // @ts-expect-error a property of callbacks
    subscribed({ adopt: "ifUnverified" }),
    // @ts-expect-error a property of outputs only
    subscribed({ subscriptionId: "s" }),
  ];
  expect(programs.flatMap((failures, at) => (failures.length === 0 ? [at] : []))).toEqual([]);
});

test("the checks reject mistakes that TypeScript cannot find because the strategy may be an output", () => {
  const programs = [
    verified({ strategy: "file", path: "probe.json", port: 8090 }),
    verified({ strategy: "none", timeout: "1m" }),
    sunk({ file: "key", command: ["keep", "it"] }),
    sunk({}),
  ];
  expect(programs.map((failures) => failures.length)).toEqual([1, 1, 1, 1]);
});

test("a program cannot set what the constructor adds", () => {
  // The checks must accept these, so only the types prevent a program from using the identity of another resource.
  const added: (keyof ens.SubscriptionArgs | keyof ens.CallbackArgs)[] = [
    // @ts-expect-error
    "owner",
    // @ts-expect-error
    "autoNamed",
    // @ts-expect-error
    "ignoredPaths",
  ];
  expect(refused(subscription, { callbackId: "c", eventCategoryTypes, owner, autoNamed: true })).toEqual([]);
  expect(added).toHaveLength(3);
});

/** The JavaScript type of a value, with a question mark if the value may be missing. */
type Seen<T> = undefined extends T ? `${Word<NonNullable<T>>}?` : Word<T>;
type Word<T> = [T] extends [string]
  ? "string"
  : [T] extends [number]
    ? "number"
    : [T] extends [boolean]
      ? "boolean"
      : [T] extends [readonly unknown[]]
        ? "list"
        : "object";
/** The same for each output, according to the types. */
type Outputs<Resource> = {
  [Name in Exclude<keyof Resource, keyof pulumi.CustomResource>]-?: Resource[Name] extends pulumi.Output<infer Value>
    ? Seen<Value>
    : never;
};

const COMMON = { createdAt: "string", accountId: "string?", unconfirmed: "boolean?" } as const;
const OF_SCHEME: Outputs<ens.AuthScheme> = {
  ...COMMON,
  authId: "string",
  grantType: "string",
  authUrl: "string",
  clientId: "string",
  clientSecret: "string",
  username: "string?",
  password: "string?",
  scope: "string?",
  preflight: "string?",
  onDelete: "string?",
  gone: "boolean?",
};
const OF_CALLBACK: Outputs<ens.Callback> = {
  ...COMMON,
  owner: "string",
  callbackId: "string",
  callbackName: "string",
  url: "string",
  maxBatchSize: "number",
  authId: "string?",
  authIdShown: "boolean?",
  verification: "object",
  preflight: "boolean?",
  signatureKeyVersion: "number",
  signatureKeySink: "object?",
  adopt: "string?",
  onDelete: "string?",
  status: "string",
  statusReason: "string",
  signatureKey: "string",
  previousSignatureKey: "string?",
  signatureKeyFingerprint: "string?",
  adopted: "boolean?",
  verificationKeyLost: "boolean?",
  verifiedAt: "string",
  pendingName: "string?",
  replaced: "object?",
};
const OF_SUBSCRIPTION: Outputs<ens.Subscription> = {
  ...COMMON,
  owner: "string",
  subscriptionId: "string",
  subscriptionName: "string",
  callbackId: "string",
  eventCategoryTypes: "list",
  filters: "list",
  filtersForm: "string",
  status: "string",
  statusReason: "string",
  adopt: "string?",
  replaces: "string?",
};

test("the outputs of a finished resource have the types that TypeScript declares", async () => {
  const [receiver, idp] = await Promise.all([startReceiver(), startLogin()]);
  const simulator = await startSimulator({
    connectTo: { "hooks.example.org": receiver.address, "login.example.org": idp.address },
  });
  receiver.verifyAt(simulator);
  try {
    const run = runOf(simulator, instantClock());
    // Once with the required inputs only, and once with more.
    const made = async (kind: unknown, program: Values, more: Values) => {
      const first = await lifecycleOf(kind, run).up(program);
      return [first, await lifecycleOf(kind, run).up({ ...program, ...more }, first)] as const;
    };
    const schemes = await made(
      authScheme,
      { grantType: "client_credentials", ...login },
      { grantType: "password", username: "u", password: "p", scope: "a", onDelete: "restrict" },
    );
    const hooks = await made(
      callback,
      { owner, url },
      { authId: schemes[0].id, maxBatchSize: 500, signatureKeyVersion: 2, preflight: false, adopt: "never" },
    );
    const [{ id: callbackId }] = hooks;
    const subscriptions = await made(
      subscription,
      { owner, callbackId, eventCategoryTypes },
      { filters: { definitionKey: "a" }, status: "paused", adopt: "never" },
    );
    for (const [states, outputs] of [
      [schemes, OF_SCHEME],
      [hooks, OF_CALLBACK],
      [subscriptions, OF_SUBSCRIPTION],
    ] as const) {
      for (const { state } of states) expect(wrongOutputs(state, outputs)).toEqual([]);
    }
  } finally {
    await Promise.all([simulator.close(), receiver.close(), idp.close()]);
  }
});

/** Outputs with another type than declared, or missing outputs that must be set. */
function wrongOutputs(state: Values, outputs: Readonly<Record<string, string>>): string[] {
  return Object.entries(outputs).flatMap(([name, said]) => {
    const value = state[name];
    const seen = Array.isArray(value) ? "list" : typeof value;
    const fits = value === undefined ? said.endsWith("?") : said.replace("?", "") === seen;
    return fits ? [] : [`${name} is ${seen}, and TypeScript says ${said}`];
  });
}
