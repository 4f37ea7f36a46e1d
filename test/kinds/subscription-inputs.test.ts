import fc from "fast-check";
import { CATALOGUE } from "pulumi-ens-simulator";
import { RE2JS } from "re2js";
import type { Kind } from "../../provider/src/kinds/kind";
import { subscription } from "../../provider/src/kinds/subscription";
import { check } from "../../provider/src/lifecycle/inputs";
import { Objects } from "../../provider/src/run/objects";
import { checked, differenceOf, ownerOf } from "../support/lifecycle";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const EMAIL = "TransactionalSendEvents.EmailSent";
const CALLBACK = "25145088-94af-41f2-805c-e74ced00da5f";
const OTHER = "8a3d6a0c-0e9f-4c56-9d80-1f5a1c7e6f10";
const asked = (over: object) =>
  checked(subscription, { subscriptionName: "sent", callbackId: CALLBACK, eventCategoryTypes: [EMAIL], ...over });
const warned = (over: object) =>
  asked(over).warnings.map((line) => {
    expect(line).toMatch(/^subscription sent: /);
    return line.slice("subscription sent: ".length);
  });
const filtersOf = (filters: unknown) => {
  const { values, failures } = asked({ filters });
  expect(failures).toEqual([]);
  return values.filters;
};

test.each([
  [{ definitionKey: "a", statusCode: 24 }, ["definitionKey=a", "statusCode=24"]],
  [{ statusCode: 24, definitionKey: "a" }, ["statusCode=24", "definitionKey=a"]],
  [{ definitionKey: true }, ["definitionKey=true"]],
  [{ definitionKey: "a=b=c" }, ["definitionKey=a=b=c"]],
  [
    ["definitionKey=a=b", "definitionKey=a=b"],
    ["definitionKey=a=b", "definitionKey=a=b"],
  ],
  [{ definitionKey: " order ✓ confirm" }, ["definitionKey= order ✓ confirm"]],
  [
    ["definitionKey=größer", "definitionKey=größe"],
    ["definitionKey=größer", "definitionKey=größe"],
  ],
  [{ definitionKey: "" }, ["definitionKey="]],
  [
    ["statusCode=1", "definitionKey=b"],
    ["statusCode=1", "definitionKey=b"],
  ],
  [{}, []],
  [[""], []],
])(
  "filters %j are strings in the order of the program with repetitions, and are sent sorted without repetitions",
  (filters, texts) => {
    expect(filtersOf(filters)).toEqual(texts);
    expect(subscription.normalize?.("filters", filtersOf(filters))).toEqual([...new Set(texts)].sort());
  },
);

test.each([
  [{ statusCode: 1, definitionKey: "b" }],
  [["statusCode=1", "definitionKey=b", "statusCode=1"]],
  [[""]],
  [{}],
])("the state contains the inputs as the program wrote them: filters %j", (filters) => {
  const eventCategoryTypes = [EMAIL, "EngagementEvents.EmailOpen", EMAIL];
  const { inputs } = asked({ filters, eventCategoryTypes });
  expect(inputs).toEqual({
    subscriptionName: "sent",
    callbackId: CALLBACK,
    filters,
    eventCategoryTypes,
  });
  expect(Object.keys(inputs.filters as object)).toEqual(Object.keys(filters));
});

test("the inputs contain a default only if the last inputs had the property, for example after drift", () => {
  const program = { subscriptionName: "sent", callbackId: CALLBACK, eventCategoryTypes: [EMAIL] };
  const inputsAfter = (olds: object) =>
    check(subscription as unknown as Kind, new Objects(), { ...olds }, program).inputs;
  expect(inputsAfter({})).toEqual(program);
  expect(inputsAfter(program)).toEqual(program);
  const old = { ...program, filters: ["definitionKey=a"], status: "paused", statusReason: "somebody" };
  const usual = { ...program, filters: [], status: "active", statusReason: "set by pulumi-ens" };
  expect(inputsAfter(old)).toEqual(usual);
  expect(inputsAfter(usual)).toEqual(usual);
});

test("the inputs of a replacement contain a default if the replaced resource had the property", () => {
  const owner = ownerOf("sent");
  const program = { owner, subscriptionName: "sent", callbackId: CALLBACK, eventCategoryTypes: [EMAIL] };
  const objects = new Objects();
  const inputsAfter = (olds: object) => check(subscription as unknown as Kind, objects, { ...olds }, program).inputs;
  const first = inputsAfter({ ...program, status: "paused" });
  expect(first).toEqual({ ...program, status: "active" });
  expect(inputsAfter({})).toEqual(first);
  expect(check(subscription as unknown as Kind, new Objects(), {}, program).inputs).toEqual(program);
});

test.each([
  ["filters", "definitionKey=a", 'is a string; give a list of "key=value" strings, or an object'],
  ["filters[0]", [7], "is a number; give"],
  ["filters[0]", ["definitionKey"], 'has no "=" after a key; write it as key=value'],
  ["filters[1]", ["definitionKey=a", ""], "write it as key=value"],
  [
    "filters[0]",
    ["definitionKey=größe ", "definitionKey=größe"],
    "begins or ends with white space; remove it, or write",
  ],
  ["filters[1]", ["definitionKey=a", "\tdefinitionKey=b"], "begins or ends with white space"],
  ["filters.definitionKey", { definitionKey: " order ✓ confirm  " }, "begins or ends with white space"],
  ["filters. definitionKey", { " definitionKey": "a" }, "begins or ends with white space"],
  ["filters[0]", ["=a"], "write it as key=value"],
  ["filters.definitionKey", { definitionKey: ["a", "b"] }, "is a list; give a string, or a pattern like a|b"],
  ["filters.definitionKey", { definitionKey: { a: 1 } }, "is an object; give a string"],
  ["filters.definitionKey", { definitionKey: null }, "is missing; give a string"],
  ["filters.a=b", { "a=b": "c" }, 'has a key that is empty or contains "="'],
  ["eventCategoryTypes[1]", [EMAIL, "  "], "is empty; give an event type, like"],
  ["eventCategoryTypes[0]", ["EmailBounced"], "write it as Category.Type, like TransactionalSendEvents.EmailBounced"],
])("%s of %j is rejected with a hint", (property, given, reason) => {
  const name = property.split(/[.[]/)[0] as string;
  expect(asked({ [name]: given }).failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
});

test("a message about a rejected or suspicious filter does not repeat it, because it may be a secret", () => {
  const secret = "marker-of-a-secret";
  const bad = [[secret], { definitionKey: [secret] }, { definitionKey: { [secret]: secret } }];
  const odd = [
    { definitionkey: secret },
    [`definitionKey=${secret}`, "definitionKey=b"],
    [`definitionKey=(?=${secret})`],
  ];
  for (const filters of [...bad, ...odd]) {
    const { failures, warnings } = asked({ filters });
    expect(failures.length + warnings.length).toBeGreaterThan(0);
    expect(JSON.stringify([failures, warnings])).not.toContain(secret);
  }
});

test("a message about a rejected or suspicious type repeats only documented types", () => {
  const secret = "MarkerOfASecret";
  for (const type of [secret, `${secret}.${secret}`, `EngagementEvents.${secret}`]) {
    const { failures, warnings } = asked({ eventCategoryTypes: [EMAIL, type] });
    expect(JSON.stringify([failures, warnings])).toContain("eventCategoryTypes[1]");
    expect(JSON.stringify([failures, warnings])).not.toContain(secret);
  }
});

test("white space around a type or a name is removed", () => {
  const program = { eventCategoryTypes: [` ${EMAIL}\n`], subscriptionName: "\tsent " };
  expect(asked(program)).toMatchObject({
    failures: [],
    values: { eventCategoryTypes: [EMAIL], subscriptionName: "sent" },
  });
});

test("documented types with their keys cause no warning", () => {
  for (const [type, keys] of Object.entries(CATALOGUE)) {
    const filters = Object.fromEntries(keys.map((key) => [key, "some|value.*"]));
    expect([type, warned({ eventCategoryTypes: [type], filters })]).toEqual([type, []]);
  }
});

test.each([
  ["TransactionalSendEvents.SMSSent", "TransactionalSendEvents.SmsSent"],
  ["transactionalsendevents.emailsent", EMAIL],
  ["SendEvents.EmailSent", EMAIL],
  ["TransactionalOpenEvents.EmailOpen", "EngagementEvents.EmailOpen"],
  ["EngagementEvents.EmailOpned", "EngagementEvents.EmailOpen"],
  ["EngagementEvents.OttRaed", "EngagementEvents.OttRead"],
  ["EngagmentEvents.PushOpen", "EngagementEvents.PushOpen"],
  ["EngagementEvents.EmailClicks", "EngagementEvents.EmailClick"],
  ["SendEvents.OttNotsent", "SendEvents.OttNotSent"],
  ["TransactionalSendEvent.OttNotSent", "TransactionalSendEvents.OttNotSent"],
  ["EngagementEvents.OttNotSent", "TransactionalSendEvents.OttNotSent or SendEvents.OttNotSent"],
  ["SendEvents.AutomationInstanceComplete", "SendEvents.AutomationInstanceCompleted"],
])("an event type %s is accepted with the suggestion %s", (type, meant) => {
  expect(warned({ eventCategoryTypes: [type] })).toEqual([
    `eventCategoryTypes[0] is not in ENS's documentation; did you mean ${meant}?`,
  ]);
});

test.each(["TransactionalOpenEvents.EmailNotOpen", "TransactionalSendEvents.EmailQueued", "JourneyEvents.Entered"])(
  "an event type %s that is similar to no other gets no suggestion",
  (type) => {
    expect(warned({ eventCategoryTypes: [type] })).toEqual([
      expect.stringMatching(/; it is sent unchanged, and ENS decides$/),
    ]);
  },
);

test.each([
  ["definitionkey", "definitionKey"],
  ["definitionKey ", "definitionKey"],
  ["defintionKey", "definitionKey"],
  ["automationCustomerkey", "automationCustomerKey"],
])("a filter key %j is accepted with the suggestion %s", (key, meant) => {
  expect(warned({ filters: { [key]: "a" } })).toEqual([
    `filters.${key} is not in ENS's documentation; did you mean ${meant}?`,
  ]);
});

test("a key that is similar to no other is accepted too", () => {
  expect(warned({ filters: { journeyName: "a" } })).toEqual([expect.stringContaining("ENS decides")]);
});

test("a key that only some of the types have causes a warning for the others", () => {
  const click = "EngagementEvents.EmailClick";
  const filters = { definitionKey: "a" };
  expect(warned({ eventCategoryTypes: [EMAIL, click], filters })).toEqual([
    `filters contains definitionKey, which ENS does not document for ${click}, so such events may never match; use a separate subscription for these types`,
  ]);
  expect(warned({ eventCategoryTypes: [click], filters })).toEqual([expect.stringContaining("; remove the filter")]);
  // The keys of a new type are not known.
  expect(warned({ eventCategoryTypes: ["New.Type"], filters })).toEqual([
    expect.stringMatching(/^eventCategoryTypes\[0\] .* and ENS decides$/),
  ]);
});

test("two texts for one key cause a warning, two patterns do not", () => {
  const two = (one: string, other: string) => warned({ filters: [`definitionKey=${one}`, `definitionKey=${other}`] });
  const doubt =
    "filters contains several values for definitionKey, but an event must match all filters; to match any of the values, write one filter " +
    "like key=a|b";
  expect(two("a", "b")).toEqual([doubt]);
  expect(two("order", "order.sent")).toEqual([doubt]);
  expect(two("a.c", "abd")).toEqual([doubt]);
  expect(two("a.c", "abc")).toEqual([]);
  expect(two("order.*", ".*sent")).toEqual([]);
  expect(two("order.*", "b")).toEqual([]);
});

test("texts with a warning about a conflict really conflict", () => {
  const text = fc.stringMatching(/^[a-c.]{0,3}$/);
  fc.assert(
    fc.property(text, text, text, (one, other, value) => {
      fc.pre(one !== other && warned({ filters: [`definitionKey=${one}`, `definitionKey=${other}`] }).length > 0);
      expect([one, other].every((pattern) => RE2JS.matches(pattern, value))).toBe(false);
    }),
  );
});

test("a pattern causes a warning only if RE2 cannot parse it", () => {
  const doubts = (value: string) => warned({ filters: { definitionKey: value } }).length > 0;
  for (const value of ["(?=a)b", "(?!a).*", "(?<=a)b", "(?<!a)b", "(a)\\1", "[a]\\2"]) {
    expect([value, doubts(value)]).toEqual([value, true]);
  }
  for (const value of [
    "(?i)a",
    "(?P<n>a)",
    "(?<n>a)",
    "\\(?=",
    "(\\(?=)",
    "[(?=]",
    "\\11",
    "\\\\1",
    "\\Q(?=a\\E",
    "(?:a|b)",
    "\\d",
  ]) {
    expect([value, doubts(value)]).toEqual([value, false]);
  }
  const part = fc.constantFrom("(", ")", "?", "=", "!", "<", "[", "]", "^", "\\", "1", "a", "|", "\\Q", "\\E", "(?=");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const value = parts.join("");
      let isPattern = true;
      try {
        RE2JS.compile(value);
      } catch {
        isPattern = false;
      }
      expect(doubts(value)).toBe(!isPattern);
    }),
    { numRuns: 300 },
  );
});

test("a warning counts filters in the order of the program", () => {
  const filters = ["definitionKey=a", "statusCode=1", "journeyName=b", "defintionKey=c", "statuscode=d"];
  expect(warned({ filters }).filter((line) => /^filters\[\d\] has a key/.test(line))).toEqual([
    expect.stringMatching(/^filters\[2\] has a key that .* ENS decides$/),
    expect.stringMatching(/^filters\[3\] has a key that .* did you mean definitionKey\?$/),
    expect.stringMatching(/^filters\[4\] has a key that .* did you mean statusCode\?$/),
  ]);
});

test("a preview warns about events that a move loses, if any", () => {
  const { inputs } = asked({});
  const moved = (from: object, to: object) => differenceOf(subscription, { ...inputs, ...from }, { ...inputs, ...to });
  const auto = { subscriptionName: undefined, owner: ownerOf("sent") };
  const generated = (callbackId: string) => checked(subscription, { ...inputs, ...auto, callbackId }).values;
  expect(moved(generated(CALLBACK), { ...auto, callbackId: OTHER })).toMatchObject({
    replaces: ["callbackId"],
    deleteBeforeReplace: false,
  });
  expect(moved(generated(CALLBACK), { ...auto, callbackId: OTHER })).not.toHaveProperty("warning");
  const cost =
    "the subscription is deleted before the new one is created, because its name stays the same. Events in between are lost.";
  expect(moved({}, { callbackId: OTHER })).toMatchObject({ deleteBeforeReplace: true, warning: cost });
  expect(moved({}, { callbackId: UNKNOWN })).toMatchObject({
    deleteBeforeReplace: true,
    warning: `the new callback is not known yet. If it changes, ${cost}`,
  });
  // With another name, the old subscription is kept until the new one takes effect, even if the program sets the names.
  expect(moved({}, { callbackId: OTHER, subscriptionName: "other" })).toMatchObject({ deleteBeforeReplace: false });
  expect(moved({}, { callbackId: OTHER, subscriptionName: "other" })).not.toHaveProperty("warning");
  expect(
    moved({ subscriptionName: "sent-0000001" }, { callbackId: OTHER, subscriptionName: "sent-0000001" }),
  ).toMatchObject({
    deleteBeforeReplace: true,
    warning: cost,
  });
});

test("both forms of filters, in any order and with repetitions, are equal and updated without a request", () => {
  const value = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean());
  const key = fc.string({ minLength: 1 }).filter((text) => !text.includes("=") && text !== "__proto__");
  const trimmed = (filters: Record<string, unknown>) =>
    Object.entries(filters).every(([name, wanted]) => `${name}=${wanted}` === `${name}=${wanted}`.trim());
  fc.assert(
    fc.property(fc.dictionary(key, value, { noNullPrototype: true }).filter(trimmed), (filters) => {
      const texts = Object.entries(filters).map(([name, wanted]) => `${name}=${wanted}`);
      const { inputs, values } = asked({ filters });
      expect(inputs.filters).toEqual(filters);
      expect(values.filters).toEqual(texts);
      const state = { ...values, filtersForm: "object" };
      expect(differenceOf(subscription, state, inputs).changes).toBe(false);
      const others = asked({ filters: [...texts, ...texts].reverse() }).inputs;
      expect(differenceOf(subscription, state, others)).toEqual({
        changes: true,
        details: [],
        replaces: [],
        deleteBeforeReplace: false,
      });
      // A state of a version before 0.3 does not contain the form of the filters.
      const { filtersForm: _, ...old } = { ...state, filters: texts.toSorted() };
      expect(differenceOf(subscription, old, others).changes).toBe(false);
    }),
  );
});

test("the order and repetitions of event types are updated without a request, except in a state before 0.3", () => {
  const eventCategoryTypes = ["TransactionalSendEvents.EmailNotSent", EMAIL];
  const { inputs, values } = asked({ eventCategoryTypes });
  for (const types of [eventCategoryTypes.toReversed(), [...eventCategoryTypes, EMAIL]]) {
    const other = { ...inputs, eventCategoryTypes: types };
    const state = { ...values, filtersForm: "list" };
    expect(differenceOf(subscription, state, other)).toMatchObject({ changes: true, replaces: [] });
    expect(differenceOf(subscription, values, other)).toMatchObject({ changes: false });
  }
});

test.each([
  ["(", "missing closing )"],
  ["[a", "missing closing ]"],
  ["a**", "invalid nested repetition operator"],
  ["\\", "trailing backslash at end of expression"],
  ["\\pX", "invalid character class range"],
])("the invalid pattern %j causes a warning that does not repeat it", (value, problem) => {
  const [warning, ...more] = warned({ eventCategoryTypes: [EMAIL], filters: { definitionKey: value } });
  expect(warning).toBe(
    `filters contains a value for definitionKey that is not a valid RE2 pattern (${problem}), so events may never match; ` +
      "correct the pattern, or write \\ before special characters",
  );
  expect(more).toEqual([]);
});

test("a preview warns about an id that is not a GUID", () => {
  expect(warned({ callbackId: "abc" })).toEqual([
    "callbackId is not a GUID, but all known ids of ENS are GUIDs; use the callbackId of an ens.Callback",
  ]);
});
