import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import type { Kind } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import { check as checkInputs } from "../../provider/src/lifecycle/inputs";
import { formatOwner } from "../../provider/src/resources/frozen";
import { Objects } from "../../provider/src/run/objects";
import { toPlainValue } from "../../provider/src/runtime/plain-value";
import { checked as check, differenceOf as diff, ownerOf } from "../support/lifecycle";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const kinds = { authScheme, callback, subscription } as unknown as Record<string, Kind>;
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
  ["authScheme", "grantType", "implicit", '"implicit" is not one of client_credentials, password'],
  ["authScheme", "authUrl", "http://idp.example.org", "does not start with https://, but ENS accepts only https"],
  ["authScheme", "clientId", "", "is empty; give the client id"],
  ["authScheme", "clientSecret", 7, "is a number; give the client secret"],
  ["authScheme", "username", "u", 'is for the password grant only; remove it, or set grantType to "password"'],
  ["authScheme", "password", "p", "is for the password grant only"],
  ["authScheme", "scope", [], "is a list; give the scopes"],
  ["callback", "callbackName", "", "is empty; give the name to show in Setup"],
  ["callback", "url", undefined, "is missing; give https://host/path"],
  ["callback", "url", "hooks", "is not a URL"],
  ["callback", "url", "https://hooks.example.org:8443/", "has a port, but ENS accepts none"],
  ["callback", "url", "https://hooks.example.org/?a=1", "has a query, but ENS accepts none"],
  ["callback", "url", "https://u:p@hooks.example.org/", "contains credentials, which the state and logs would show"],
  ["callback", "url", "https://hooks.example.org/#a", "has a fragment"],
  ["callback", "maxBatchSize", 99, "is 99, below 100; give a whole number"],
  ["callback", "maxBatchSize", 1001, "is 1001, above 1000"],
  ["callback", "maxBatchSize", 100.5, "is 100.5; give a whole number"],
  ["callback", "authId", "", "is empty; give the authId of an AuthScheme"],
  ["callback", "verification.timeout", { timeout: "5 minutes" }, "is not a duration; give a number with ms, s, m or h"],
  ["callback", "verification.timeout", { timeout: "5h" }, "between 1s and 4h"],
  ["callback", "verification.strategy", { strategy: "hope" }, '"hope" is not one of receiver, pull, file, command'],
  ["callback", "verification", "none", 'is "none"; give an object with a strategy, for example { strategy: "none" }'],
  ["callback", "verification.wait", { wait: "5m" }, "does not belong to verification; remove it"],
  ["callback", "verification.url", { strategy: "pull" }, "is missing; give the https URL from which the provider"],
  ["callback", "verification.url", { strategy: "pull", url: "http://example.org" }, "must start with https://"],
  ["callback", "verification.path", { strategy: "file" }, "is missing; give the path of the file with the body of"],
  ["callback", "verification.command", { strategy: "command", command: [] }, "is empty; give the program and its"],
  ["callback", "verification.command", { strategy: "command", command: "a b" }, "is a string; give the program and"],
  ["callback", "verification.port", { strategy: "listener", port: 80 }, "give a port of this machine from 1024"],
  ["callback", "verification.verificationKey", { strategy: "manual", verificationKey: "" }, "is empty; give the key"],
  ["callback", "preflight", "yes", 'is "yes"; give true or false'],
  ["callback", "signatureKeyVersion", 0, "is 0, below 1; give a whole number from 1"],
  ["callback", "signatureKeySink", {}, 'is empty; give { file: "path" } or { command: ["program", "argument"] }'],
  [
    "callback",
    "signatureKeySink",
    { file: "a", command: ["b"] },
    'has both file and command; give { file: "path" } or',
  ],
  ["callback", "signatureKeySink", "keys.txt", 'is a string; give { file: "path" }'],
  ["callback", "adopt", "yes", '"yes" is not one of never, ifUnverified, always'],
  ["callback", "urL", url, "is not a property of this resource; did you mean url?"],
  ["callback", "callbackname", "a", "did you mean callbackName?"],
  ["callback", "colour", "a", "the properties are callbackName, url, maxBatchSize, authId, verification, preflight"],
  ["callback", "signatureKey", "a", "is an output of this resource; remove it"],
  ["callback", "maxBatchSize", "500", 'is "500"; give a whole number of events'],
  ["callback", "verification.timeout", { timeout: 5 }, "is 5; give a number with ms, s, m or h"],
  ["callback", "verification.timeout", { timeout: "5" }, 'is "5"; give a number with ms, s, m or h'],
  ["callback", "adopt", true, "is true; give one of never, ifUnverified, always"],
  ["subscription", "subscriptionName", "", "is empty"],
  ["subscription", "callbackId", undefined, "is missing; give the callbackId"],
  ["subscription", "eventCategoryTypes", [], "is empty; give a list of event types"],
  ["subscription", "eventCategoryTypes[0]", ["EmailOpen"], "write it as Category.Type"],
  ["subscription", "filters[0]", ["definitionKey:a"], "write it as key=value"],
  ["subscription", "status", "stopped", '"stopped" is not one of active, paused'],
  ["subscription", "statusReason", "", "is empty; give why"],
])("%s: the message for an invalid %s names the problem and what to give (%j)", (kind, property, value, reason) => {
  const given = { ...good[kind], [property.split(/[.[]/)[0] as string]: value };
  const { failures } = check(kinds[kind] as Kind, given);
  expect(failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
});

test("the password grant requires its two properties", () => {
  const { failures } = check(kinds.authScheme as Kind, { ...good.authScheme, grantType: "password" });
  expect(failures.map(({ property }) => property)).toEqual(["username", "password"]);
});

test("warnings name the object, appear only with valid inputs, and contain no unknown values", () => {
  const kind = { ...kinds.subscription, warnings: () => ["looks odd"] } as unknown as Kind;
  const given = { ...good.subscription, callbackId: UNKNOWN };
  expect(check(kind, given).warnings).toEqual(["subscription sent: looks odd"]);
  expect(check(kind, { ...given, subscriptionName: UNKNOWN }).warnings).toEqual([
    "subscription with unknown name: looks odd",
  ]);
  expect(check(kind, { ...given, status: "gone" }).warnings).toEqual([]);
});

test("an unknown value is accepted anywhere, and the other properties keep their defaults and checks", () => {
  for (const [name, inputs] of Object.entries(good)) {
    for (const property of Object.keys(inputs)) {
      const { inputs: checked, failures } = check(kinds[name] as Kind, { ...inputs, [property]: UNKNOWN });
      expect(failures).toEqual([]);
      expect(checked[property]).toBe(UNKNOWN);
    }
  }
  const partly = { ...good.subscription, filters: [`definitionKey=a`, UNKNOWN], status: "off" };
  const { inputs, failures } = check(kinds.subscription as Kind, partly);
  expect(inputs.filters).toEqual(partly.filters);
  expect(failures.map(({ property }) => property)).toEqual(["status"]);
  expect(check(kinds.callback as Kind, { ...good.callback, url: UNKNOWN }).inputs).toMatchObject({
    maxBatchSize: 1000,
    verification: { strategy: "receiver", timeout: "5m" },
  });
});

test("a second check changes nothing, and order and duplicates in sets do not matter", () => {
  const words = fc.stringMatching(/^[A-Za-z]{1,8}$/);
  const type = fc.tuple(words, words).map(([category, name]) => `${category}.${name}`);
  const filter = fc.tuple(words, fc.string()).map((pair) => pair.join("="));
  const program = fc.record({
    subscriptionName: fc.string().filter((text) => text.trim() !== ""),
    callbackId: fc.uuid(),
    eventCategoryTypes: fc.array(type, { minLength: 1 }),
    filters: fc.array(filter.filter((text) => text === text.trim())),
    status: fc.constantFrom("active", "paused"),
  });
  fc.assert(
    fc.property(program, fc.boolean(), (given, doubled) => {
      const kind = kinds.subscription as Kind;
      const { inputs, values, failures } = check(kind, given);
      expect(failures).toEqual([]);
      expect(inputs).toEqual(given);
      const usual = { statusReason: "set by pulumi-ens" };
      expect(values).toEqual({ ...inputs, ...usual, subscriptionName: given.subscriptionName.trim() });
      expect(check(kind, inputs).inputs).toEqual(inputs);
      const types = [...given.eventCategoryTypes].reverse();
      const shuffled = { ...given, eventCategoryTypes: doubled ? [...types, ...types] : types };
      const other = check(kind, shuffled).inputs;
      const written = JSON.stringify(shuffled) !== JSON.stringify(given);
      expect(diff(kind, { ...values, filtersForm: "list" }, other)).toMatchObject({ changes: written, replaces: [] });
      expect(diff(kind, values, other).changes).toBe(false);
    }),
  );
});

test.each([
  ["authScheme", { authUrl: " https://idp.example.org/token\n" }, good.authScheme],
  ["callback", { url: `\t${url} `, callbackName: " orders\r\n" }, good.callback],
  ["subscription", { callbackId: " c\n", subscriptionName: "sent " }, good.subscription],
])(
  "white space around values of a %s that are not secret is removed and makes no difference",
  (name, padded, trimmed) => {
    const kind = kinds[name] as Kind;
    const { inputs, values, failures } = check(kind, { ...trimmed, ...padded });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject(padded);
    expect(values).toMatchObject(trimmed ?? {});
    expect(
      diff(kind, { ...check(kind, trimmed ?? {}).values, verifiedAt: "2026-01-01", signatureKey: "k" }, inputs),
    ).toEqual({
      changes: false,
      details: [],
      replaces: [],
      deleteBeforeReplace: false,
    });
  },
);

test("white space around a credential is kept and causes a warning", () => {
  const { values, warnings } = check(kinds.authScheme as Kind, { ...good.authScheme, clientSecret: "marker\n" });
  expect(values.clientSecret).toBe("marker\n");
  expect(warnings).toEqual([
    expect.stringMatching(/: clientSecret begins or ends with white space, which is sent unchanged/),
  ]);
  expect(warnings.join()).not.toContain("marker");
});

test("messages repeat only values from a fixed set", () => {
  const marker = "marker-of-a-secret";
  const wrong: Record<string, object>[] = [
    { authScheme: { authUrl: `http://idp.example.org/${marker}` } },
    { callback: { url: `https://hooks.example.org/${marker}?${marker}` } },
    { callback: { url: marker } },
    { callback: { verification: { strategy: "pull", url: `http://${marker}.example.org` } } },
    { callback: { verification: { timeout: marker } } },
    { callback: { verification: { strategy: "manual", verificationKey: `two ${marker}` } } },
    { callback: { signatureKeySink: { file: marker, command: [marker] } } },
    { subscription: { eventCategoryTypes: [marker] } },
  ];
  for (const [[name, given]] of wrong.map((each) => Object.entries(each) as [[string, object]])) {
    const { failures } = check(kinds[name] as Kind, { ...good[name], ...given });
    expect([given, failures.length]).toEqual([given, 1]);
    expect(JSON.stringify(failures)).not.toContain(marker);
  }
});

describe("a name that the program does not set", () => {
  const left: Record<string, Record<string, unknown>> = {
    callback: { url, owner: ownerOf("orders") },
    subscription: { callbackId: "c", eventCategoryTypes: ["EngagementEvents.EmailOpen"], owner: ownerOf("orders") },
  };

  test.each([
    ["callback", "callbackName", { maxBatchSize: 100 }, { url: `${url}/new` }, { url: UNKNOWN }],
    ["subscription", "subscriptionName", { status: "paused" }, { callbackId: "d" }, { callbackId: UNKNOWN }],
  ])(
    "of a %s is generated, stays the same in every run, and is another one for another resource",
    (name, property, same, moved, unknown) => {
      const checked = (over: object) => check(kinds[name] as Kind, { ...left[name], ...over });
      const of = (over: object) => {
        const { inputs, values, failures } = checked(over);
        expect([failures, inputs[property], inputs.autoNamed]).toEqual([[], values[property], true]);
        expect(values.generatedName).toBe(values[property]);
        // The engine passes the value back in this form.
        expect(check(kinds[name] as Kind, inputs)).toMatchObject({ failures: [], inputs, values });
        return values[property];
      };
      expect(of({})).toMatch(/^orders-[0-9a-f]{7}$/);
      expect(of(same)).toBe(of({}));
      const others = [
        ["shop", "prod", "", "orders"],
        ["other", "dev", "", "orders"],
        ["shop", "dev", "urn", "orders"],
      ] as const;
      const owners = [ownerOf("sales"), ...others.map(formatOwner)];
      expect(new Set([{}, moved, ...owners.map((owner) => ({ owner }))].map(of)).size).toBe(6);
      for (const later of [unknown, { ...checked({}).inputs, ...unknown }]) {
        expect(checked(later)).toMatchObject({ failures: [], values: { [property]: UNKNOWN } });
        expect(checked(later).values).not.toHaveProperty("generatedName");
      }
    },
  );

  test.each(["callback", "subscription"])(
    "of a %s has to be given where nobody says which resource this is",
    (name) => {
      const { owner: _, ...ownerless } = left[name] ?? {};
      expect(check(kinds[name] as Kind, ownerless).failures).toEqual([
        { property: `${name}Name`, reason: "is missing; give the name of the object" },
      ]);
    },
  );

  test("is replaced in place by a name that the program sets, and is restored in place", () => {
    const kind = kinds.callback as Kind;
    const typed = { ...left.callback, callbackName: "Orders" };
    const finished = { verifiedAt: "2026-01-01", signatureKey: "k" };
    const [auto, named] = [check(kind, left.callback ?? {}), check(kind, typed)];
    expect(named.values).not.toHaveProperty("generatedName");
    expect(named.inputs).not.toHaveProperty("autoNamed");
    expect(diff(kind, { ...auto.values, ...finished }, named.inputs)).toMatchObject({ changes: true, replaces: [] });
    expect(diff(kind, { ...named.values, ...finished }, auto.inputs)).toMatchObject({ changes: true, replaces: [] });
    expect(diff(kind, { ...auto.values, ...finished }, auto.inputs)).toMatchObject({ changes: false });
  });
});

describe("a path in ignoreChanges that leads into a list or an object", () => {
  const program = {
    ...good.subscription,
    owner: ownerOf("sent"),
    ignoredPaths: ["filters[0]", "eventCategoryTypes[1]"],
  };
  const failuresAfter = (olds: object, kind = "subscription") =>
    checkInputs(kinds[kind] as Kind, new Objects(), { ...olds }, program).failures;

  test("is rejected for a state of an import or of a version before 0.3, where it refers to another element", () => {
    const reason = expect.stringMatching(
      /^cannot be ignored in this run, because .*; write the values from ENS into the program, remove the path from ignoreChanges, run 'pulumi up' once, and add the path again$/,
    );
    expect(failuresAfter({ subscriptionName: "sent" })).toEqual([
      { property: "filters[0]", reason },
      { property: "eventCategoryTypes[1]", reason },
    ]);
  });

  test("is accepted for a new resource and for a current state", () => {
    expect([failuresAfter({}), failuresAfter({ owner: ownerOf("sent") })]).toEqual([[], []]);
  });

  test("makes a state of a version before 0.3 record the format of the property", () => {
    const kind = kinds.subscription as Kind;
    const { ignoredPaths: _, ...without } = program;
    const { values } = check(kind, without);
    expect(diff(kind, values, check(kind, without).inputs)).toMatchObject({ changes: false });
    expect(diff(kind, values, check(kind, program).inputs)).toMatchObject({ changes: true, replaces: [] });
  });
});

test("the old object is deleted first only when its name stays the same", () => {
  const state = { ...check(kinds.callback as Kind, good.callback ?? {}).inputs, verifiedAt: "2026-01-01" };
  const moved = { ...state, url: "https://hooks.example.org/new" };
  expect(diff(kinds.callback as Kind, state, moved)).toEqual({
    changes: true,
    details: [{ property: "url", how: "changed", replaces: true }],
    replaces: ["url"],
    deleteBeforeReplace: true,
    warning: expect.stringContaining("a new signature key"),
  });
  const renamed = { ...moved, callbackName: "other" };
  expect(diff(kinds.callback as Kind, state, renamed)).toMatchObject({ deleteBeforeReplace: false });
  expect(diff(kinds.callback as Kind, state, { ...state, callbackName: "other" })).toMatchObject({ replaces: [] });
});

test("a warning before a change contains no unknown values", () => {
  const kind = kinds.callback as Kind;
  const { inputs, values } = check(kind, { ...good.callback, owner: ownerOf("orders") });
  const finished = { ...values, verifiedAt: "2026-01-01", signatureKey: "k" };
  for (const property of Object.keys(inputs)) {
    const { warning = "" } = diff(kind, finished, check(kind, { ...inputs, [property]: UNKNOWN }).inputs);
    expect([property, warning]).toEqual([property, expect.not.stringContaining(UNKNOWN)]);
  }
});

test("only plain values reach the dynamic-provider process, whatever a method returns", () => {
  // Protobuf's reader sets this key as the prototype.
  const key = fc.string().filter((name) => name !== "__proto__");
  fc.assert(
    fc.property(fc.anything({ key, withBigInt: true, withDate: true, withNullPrototype: true }), (value) => {
      const sent = toPlainValue({ value }) as Record<string, never>;
      expect(Struct.fromJavaScript(sent).toJavaScript()).toEqual(sent);
    }),
  );
  expect(toPlainValue({ a: undefined, b: [undefined, 1n], c: () => 1, d: Number.NaN, e: new Date(0) })).toEqual({
    b: [null, "1"],
    d: null,
    e: "1970-01-01T00:00:00.000Z",
  });
});
