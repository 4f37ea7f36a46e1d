import fc from "fast-check";
import { startSimulator } from "pulumi-ens-simulator";
import { passes } from "../simulator/src/events/filter";
import { mail } from "./delivery-setup";
import { FILTERS } from "./filters.cases";
import { exercise } from "./suite";

exercise(FILTERS);

const HOW = { filterAnchoring: "full", caseSensitiveTypes: "on" } as const;

test("a filter with the value of an event matches the event, whatever the value is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (value) => passes([`definitionKey=${value}`], mail(value), HOW)),
  );
});

test("any pattern gets a result, and a filter for a missing key matches nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (pattern, value) => {
      expect(typeof passes([`definitionKey=${pattern}`], mail(value), HOW)).toBe("boolean");
      expect(passes([`bounceCode=${pattern}`], { ...mail(value), bounceCode: pattern }, HOW)).toBe(false);
    }),
  );
});

test.each([
  ["makes backtracking matchers try for ages", "(a+)+b"],
  ["nests too deeply", `${"(".repeat(2000)}a${")".repeat(2000)}`],
  ["would be too large", "((((a{1,100}){1,100}){1,100}){1,100})"],
  ["is no pattern", "[a"],
  ["looks around or back, which RE2 does not", "(a)\\1(?=a)"],
])("a pattern that %s gets a result and matches only its own text", (_what, pattern) => {
  expect(passes([`definitionKey=${pattern}`], mail("a".repeat(50_000)), HOW)).toBe(false);
  expect(passes([`definitionKey=${pattern}`], mail(pattern), HOW)).toBe(true);
});

test("names of inherited properties are not fields of events", async () => {
  const simulator = await startSimulator();
  try {
    for (const key of ["__proto__", "constructor", "toString"]) {
      expect(passes([`${key}=x`], { ...mail("x"), info: {} }, HOW)).toBe(false);
    }
    const odd = JSON.parse('{"eventCategoryType":"TransactionalSendEvents.EmailSent","__proto__":{"polluted":1}}');
    expect(await simulator.admin.emit(odd)).toEqual({ deliveries: [], skipped: [] });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  } finally {
    await simulator.close();
  }
});
