import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import { subscription } from "../../provider/src/kinds/subscription";
import { type AnyKind, check, diff } from "../../provider/src/runtime/lifecycle";
import { wire } from "../../provider/src/runtime/wire";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const kinds = { authScheme, callback, subscription } as unknown as Record<string, AnyKind>;
const url = "https://hooks.example.org/orders";
const good: Record<string, Record<string, unknown>> = {
  authScheme: {
    grantType: "client_credentials",
    authUrl: "https://idp.example.org/token",
    clientId: "c",
    clientSecret: "s",
  },
  callback: { callbackName: "orders", url },
  subscription: { subscriptionName: "sent", callbackId: "c", eventCategoryTypes: ["EngagementEvents.EmailOpen"] },
};

test.each([
  ["authScheme", "grantType", "implicit", 'is not a grant ENS knows; give "client_credentials"'],
  ["authScheme", "authUrl", "http://idp.example.org", "starts with http://, and ENS speaks https only"],
  ["authScheme", "clientId", "", "is empty; give the client id"],
  ["authScheme", "clientSecret", 7, "is a number; give the client secret"],
  ["authScheme", "username", "u", 'is for the password grant only; remove it, or set grantType to "password"'],
  ["authScheme", "password", "p", "is for the password grant only"],
  ["authScheme", "scope", [], "is a list; give the scopes"],
  ["callback", "callbackName", "", "is empty; give the name to show in Setup"],
  ["callback", "url", undefined, "is missing; give https://host/path"],
  ["callback", "url", "hooks", "is not a URL"],
  ["callback", "url", "https://hooks.example.org:8443/", "has a port, and ENS takes none"],
  ["callback", "url", "https://hooks.example.org/?a=1", "has a query, and ENS takes none"],
  ["callback", "url", "https://u:p@hooks.example.org/", "has credentials in it"],
  ["callback", "url", "https://hooks.example.org/#a", "has a fragment"],
  ["callback", "maxBatchSize", 99, "is 99, below 100; give a whole number"],
  ["callback", "maxBatchSize", 1001, "is 1001, above 1000"],
  ["callback", "maxBatchSize", 100.5, "whole number"],
  ["callback", "authId", "", "is empty; give the authId of an AuthScheme"],
  ["callback", "verification.timeout", { timeout: "5 minutes" }, 'is "5 minutes"; give a number with ms, s, m or h'],
  ["callback", "verification.timeout", { timeout: "5h" }, "between 1s and 4h"],
  ["callback", "verification.strategy", { strategy: "hope" }, "is unknown; there are receiver, pull, file"],
  ["callback", "verification", "receiver", "is a string; give an object with a strategy"],
  ["callback", "verification.wait", { wait: "5m" }, "is not a property of this resource; remove it"],
  ["callback", "verification.url", { strategy: "pull" }, "is missing; give the https address at which your receiver"],
  ["callback", "verification.url", { strategy: "pull", url: "http://example.org" }, "must start with https://"],
  ["callback", "verification.path", { strategy: "file" }, "is missing; give the file into which the receiver writes"],
  ["callback", "verification.command", { strategy: "command", command: [] }, "is empty; give the program and its"],
  ["callback", "verification.command", { strategy: "command", command: "a b" }, "is a string; give the program and"],
  ["callback", "verification.port", { strategy: "listener", port: 80 }, "give a port of this machine from 1024"],
  ["callback", "verification.verificationKey", { strategy: "manual", verificationKey: "" }, "is empty; give the key"],
  ["callback", "preflight", "yes", "is a string; give true or false"],
  ["callback", "signatureKeyVersion", 0, "is 0; give a whole number from 1"],
  ["callback", "signatureKeySink", {}, 'takes one of { file: "path" } or { command: ["program", "argument"] }'],
  ["callback", "signatureKeySink", "keys.txt", 'is a string; give { file: "path" }'],
  ["callback", "adopt", "yes", 'is unknown; give "never", "ifUnverified" or "always"'],
  ["callback", "urL", url, "is not a property of this resource; there are callbackName, url"],
  ["subscription", "subscriptionName", "", "is empty"],
  ["subscription", "callbackId", undefined, "is missing; give the callbackId"],
  ["subscription", "eventCategoryTypes", [], "is empty; give a list of event types"],
  ["subscription", "eventCategoryTypes[0]", ["EmailOpen"], "write it as Category.Type"],
  ["subscription", "filters[0]", ["definitionKey:a"], "write it as key=value"],
  ["subscription", "status", "stopped", 'is unknown; give "active" or "paused"'],
  ["subscription", "statusReason", "", "is empty; give why"],
])("%s: bad %s is named, with the problem and the way out (%j)", (kind, property, value, reason) => {
  const given = { ...good[kind], [property.split(/[.[]/)[0] as string]: value };
  const { failures } = check(kinds[kind] as AnyKind, given);
  expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
});

test("the password grant asks for its two properties", () => {
  const { failures } = check(kinds.authScheme as AnyKind, { ...good.authScheme, grantType: "password" });
  expect(failures.map(({ property }) => property)).toEqual(["username", "password"]);
});

test("warnings name the object, come only with inputs that pass, and never say what is not known yet", () => {
  const kind = { ...kinds.subscription, warnings: () => ["looks odd"] } as unknown as AnyKind;
  const given = { ...good.subscription, callbackId: UNKNOWN };
  expect(check(kind, given).warnings).toEqual(["subscription sent: looks odd"]);
  expect(check(kind, { ...given, subscriptionName: UNKNOWN }).warnings).toEqual(["subscription ?: looks odd"]);
  expect(check(kind, { ...given, status: "gone" }).warnings).toEqual([]);
});

test("a value that is not known yet passes, wherever it stands, and the others keep their defaults and checks", () => {
  for (const [name, inputs] of Object.entries(good)) {
    for (const property of Object.keys(inputs)) {
      const { inputs: checked, failures } = check(kinds[name] as AnyKind, { ...inputs, [property]: UNKNOWN });
      expect(failures).toEqual([]);
      expect(checked[property]).toBe(UNKNOWN);
    }
  }
  const partly = { ...good.subscription, filters: [`definitionKey=a`, UNKNOWN], status: "off" };
  const { inputs, failures } = check(kinds.subscription as AnyKind, partly);
  expect(inputs.filters).toEqual(partly.filters);
  expect(failures.map(({ property }) => property)).toEqual(["status"]);
  expect(check(kinds.callback as AnyKind, { ...good.callback, url: UNKNOWN }).inputs).toMatchObject({
    maxBatchSize: 1000,
    verification: { strategy: "receiver", timeout: "5m" },
  });
});

test("checking twice changes nothing, and order and repeats in sets are no difference", () => {
  const words = fc.stringMatching(/^[A-Za-z]{1,8}$/);
  const type = fc.tuple(words, words).map(([category, name]) => `${category}.${name}`);
  const program = fc.record({
    subscriptionName: fc.string({ minLength: 1 }),
    callbackId: fc.uuid(),
    eventCategoryTypes: fc.array(type, { minLength: 1 }),
    filters: fc.array(fc.tuple(words, fc.string()).map((pair) => pair.join("="))),
    status: fc.constantFrom("active", "paused"),
  });
  fc.assert(
    fc.property(program, fc.boolean(), (given, doubled) => {
      const kind = kinds.subscription as AnyKind;
      const { inputs, failures } = check(kind, given);
      expect(failures).toEqual([]);
      expect(check(kind, inputs).inputs).toEqual(inputs);
      const types = [...given.eventCategoryTypes].reverse();
      const shuffled = { ...given, eventCategoryTypes: doubled ? [...types, ...types] : types };
      expect(diff(kind, inputs, check(kind, shuffled).inputs).changes).toBe(false);
    }),
  );
});

test("what replaces is deleted first only when it keeps its name", () => {
  const state = { ...check(kinds.callback as AnyKind, good.callback ?? {}).inputs, verifiedAt: "2026-01-01" };
  const moved = { ...state, url: "https://hooks.example.org/new" };
  expect(diff(kinds.callback as AnyKind, state, moved)).toEqual({
    changes: true,
    replaces: ["url"],
    deleteBeforeReplace: true,
    warning: expect.stringContaining("another signature key"),
  });
  const renamed = { ...moved, callbackName: "other" };
  expect(diff(kinds.callback as AnyKind, state, renamed)).toMatchObject({ deleteBeforeReplace: false });
  expect(diff(kinds.callback as AnyKind, state, { ...state, callbackName: "other" })).toMatchObject({ replaces: [] });
});

test("whatever a method returns, only plain values reach the dynamic host", () => {
  // Protobuf's own reader sets that one key as a prototype.
  const key = fc.string().filter((name) => name !== "__proto__");
  fc.assert(
    fc.property(fc.anything({ key, withBigInt: true, withDate: true, withNullPrototype: true }), (value) => {
      const sent = wire({ value }) as Record<string, never>;
      expect(Struct.fromJavaScript(sent).toJavaScript()).toEqual(sent);
    }),
  );
  expect(wire({ a: undefined, b: [undefined, 1n], c: () => 1, d: Number.NaN, e: new Date(0) })).toEqual({
    b: [null, "1"],
    d: null,
    e: "1970-01-01T00:00:00.000Z",
  });
});
