import fc from "fast-check";
import { CATALOGUE } from "pulumi-ens-simulator";
import { RE2JS } from "re2js";
import { subscription } from "../../provider/src/kinds/subscription";
import { type AnyKind, check, diff } from "../../provider/src/runtime/lifecycle";

const kind = subscription as unknown as AnyKind;
const EMAIL = "TransactionalSendEvents.EmailSent";
const asked = (over: object) =>
  check(kind, { subscriptionName: "sent", callbackId: "c", eventCategoryTypes: [EMAIL], ...over });
const warned = (over: object) =>
  asked(over).warnings.map((line) => {
    expect(line).toMatch(/^subscription sent: /);
    return line.slice("subscription sent: ".length);
  });
const filtersOf = (filters: unknown) => {
  const { inputs, failures } = asked({ filters });
  expect(failures).toEqual([]);
  return inputs.filters;
};

test.each([
  [{ definitionKey: "a", statusCode: 24 }, ["definitionKey=a", "statusCode=24"]],
  [{ definitionKey: true }, ["definitionKey=true"]],
  [{ definitionKey: "a=b=c" }, ["definitionKey=a=b=c"]],
  [["definitionKey=a=b", "definitionKey=a=b"], ["definitionKey=a=b"]],
  [{ definitionKey: " order ✓ confirm  " }, ["definitionKey= order ✓ confirm  "]],
  [
    ["definitionKey=größe ", "definitionKey=größe"],
    ["definitionKey=größe", "definitionKey=größe "],
  ],
  [{ definitionKey: "" }, ["definitionKey="]],
  [
    ["statusCode=1", "definitionKey=b"],
    ["definitionKey=b", "statusCode=1"],
  ],
  [{}, []],
])("filters %j are what ENS gets, in one order", (filters, texts) => {
  expect(filtersOf(filters)).toEqual(texts);
});

test.each([
  ["filters", "definitionKey=a", 'is a string; give "key=value" texts, or an object'],
  ["filters[0]", [7], "is a number; give"],
  ["filters[1]", ["definitionKey=a", ""], "write it as key=value"],
  ["filters[0]", ["=a"], "write it as key=value"],
  ["filters.definitionKey", { definitionKey: ["a", "b"] }, "is a list; give a text, or a pattern like a|b"],
  ["filters.definitionKey", { definitionKey: { a: 1 } }, "is an object; give a text"],
  ["filters.definitionKey", { definitionKey: null }, "is missing; give a text"],
  ["filters.a=b", { "a=b": "c" }, "has a key that is empty or has a = in it"],
  ["eventCategoryTypes[0]", ["EmailBounced"], "write it as Category.Type, like TransactionalSendEvents.EmailBounced"],
])("%s of %j is refused, and says what to do", (property, given, reason) => {
  const name = property.split(/[.[]/)[0] as string;
  expect(asked({ [name]: given }).failures).toEqual([{ property, reason: expect.stringContaining(reason) }]);
});

test("a filter that is refused or doubted is not repeated: it may be a secret", () => {
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

test("what ENS documents is not doubted: each type, with each of its keys", () => {
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
])("an event type %s is let through with a question: %s?", (type, meant) => {
  expect(warned({ eventCategoryTypes: [type] })).toEqual([
    `eventCategoryTypes has "${type}", which is not in ENS's documentation; did you mean ${meant}?`,
  ]);
});

test.each(["TransactionalOpenEvents.EmailNotOpen", "TransactionalSendEvents.EmailQueued", "JourneyEvents.Entered"])(
  "nothing is proposed for %s, which is like no other",
  (type) => {
    expect(warned({ eventCategoryTypes: [type] })).toEqual([
      expect.stringMatching(/; it is sent as it is, and ENS decides$/),
    ]);
  },
);

test.each([
  ["definitionkey", "definitionKey"],
  ["definitionKey ", "definitionKey"],
  ["defintionKey", "definitionKey"],
  ["automationCustomerkey", "automationCustomerKey"],
])("so is a filter key %j: %s?", (key, meant) => {
  expect(warned({ filters: { [key]: "a" } })).toEqual([
    `filters has the key "${key}", which is not in ENS's documentation; did you mean ${meant}?`,
  ]);
});

test("a key that is like no other is let through too", () => {
  expect(warned({ filters: { journeyName: "a" } })).toEqual([expect.stringContaining("ENS decides")]);
});

test("a key that only some of the types have is doubted for the others", () => {
  const click = "EngagementEvents.EmailClick";
  const filters = { definitionKey: "a" };
  expect(warned({ eventCategoryTypes: [EMAIL, click], filters })).toEqual([
    `filters has definitionKey, which ENS does not document for ${click}: such events may never pass; subscribe to them separately`,
  ]);
  expect(warned({ eventCategoryTypes: [click], filters })).toEqual([expect.stringContaining("; leave the filter out")]);
  // Nobody can tell what a new type has.
  expect(warned({ eventCategoryTypes: ["New.Type"], filters })).toEqual([expect.stringContaining('has "New.Type"')]);
});

test("two texts for one key cannot both hold, two patterns can", () => {
  const two = (one: string, other: string) => warned({ filters: [`definitionKey=${one}`, `definitionKey=${other}`] });
  const doubt =
    "filters has several values for definitionKey, and all filters must hold; for any of them write definitionKey=a|b";
  expect(two("a", "b")).toEqual([doubt]);
  expect(two("order", "order.sent")).toEqual([doubt]);
  expect(two("a.c", "abd")).toEqual([doubt]);
  expect(two("a.c", "abc")).toEqual([]);
  expect(two("order.*", ".*sent")).toEqual([]);
  expect(two("order.*", "b")).toEqual([]);
});

test("texts that are said to contradict each other do", () => {
  const text = fc.stringMatching(/^[a-c.]{0,3}$/);
  fc.assert(
    fc.property(text, text, text, (one, other, value) => {
      fc.pre(one !== other && warned({ filters: [`definitionKey=${one}`, `definitionKey=${other}`] }).length > 0);
      expect([one, other].every((pattern) => RE2JS.matches(pattern, value))).toBe(false);
    }),
  );
});

test("a pattern is doubted only if RE2 cannot read it", () => {
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
    "a(",
    "(?:a|b)",
    "\\d",
  ]) {
    expect([value, doubts(value)]).toEqual([value, false]);
  }
  const part = fc.constantFrom("(", ")", "?", "=", "!", "<", "[", "]", "^", "\\", "1", "a", "|", "\\Q", "\\E", "(?=");
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const value = parts.join("");
      fc.pre(doubts(value));
      expect(() => RE2JS.compile(value)).toThrow();
    }),
    { numRuns: 300 },
  );
});

test("what a move costs is said before it, unless it costs nothing", () => {
  const moved = (from: string, to: string) => {
    const state = { ...asked({}).inputs, subscriptionName: from };
    return diff(kind, state, { ...state, callbackId: "d", subscriptionName: to });
  };
  expect(moved("sent-0000001", "sent-0000002").warning).toBeUndefined();
  expect(moved("sent", "sent").warning).toContain("deleted before it is made anew, because it keeps its name");
  expect(moved("sent", "other").warning).toContain("deleted as soon as the new one is made");
});

test("the two forms of filters, in any order and with repeats, are the same", () => {
  const value = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean());
  const key = fc.string({ minLength: 1 }).filter((text) => !text.includes("=") && text !== "__proto__");
  fc.assert(
    fc.property(fc.dictionary(key, value), (filters) => {
      const texts = Object.entries(filters).map(([name, wanted]) => `${name}=${wanted}`);
      const { inputs } = asked({ filters });
      expect(diff(kind, inputs, asked({ filters: [...texts, ...texts].reverse() }).inputs).changes).toBe(false);
      expect(inputs.filters).toEqual([...new Set(texts)].sort());
    }),
  );
});
