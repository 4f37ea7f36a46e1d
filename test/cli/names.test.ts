import fc from "fast-check";
import { comment, literal } from "../../provider/src/cli/import/literal";
import { identifier, Names, slug } from "../../provider/src/cli/import/names";
import { AWKWARD } from "../support/found";

/** Any text, including halves of surrogate pairs and the awkward names of other tests. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
  fc.constantFrom(...AWKWARD),
);

test.each([
  ["Order Confirmations (EU)", "order-confirmations-eu", "orderConfirmationsEu"],
  ["orderConfirmed", "order-confirmed", "orderConfirmed"],
  ["Bestellungen für Köln & Straße", "bestellungen-fur-koln-strasse", "bestellungenFurKolnStrasse"],
  ["2024 orders", "2024-orders", "callback2024Orders"],
  ["default", "default", "defaultCallback"],
  ["global this", "global-this", "globalThisCallback"],
  ["🚀", "callback", "callback"],
  ["__proto__", "proto", "proto"],
  ["constructor", "constructor", "constructor"],
  ["x".repeat(200), "x".repeat(36), "x".repeat(36)],
])("%s becomes the resource %s and the variable %s", (name, resource, variable) => {
  expect([slug(name, "callback"), identifier(slug(name, "callback"), "callback")]).toEqual([resource, variable]);
});

test("any name results in a valid resource name and a valid variable", () => {
  fc.assert(
    fc.property(anyText, (name) => {
      const resource = slug(name, "callback");
      expect(resource).toMatch(/^(?=.{1,36}$)[a-z0-9]+(-[a-z0-9]+)*$/);
      const variable = identifier(resource, "callback");
      expect(variable).toMatch(/^[a-z]\w*$/i);
      expect(
        () => new Function(`"use strict"; async () => { const ${variable} = 1; return ${variable}; }`),
      ).not.toThrow();
    }),
  );
});

test("each name is assigned once, and the first free wish is used", () => {
  const wishes = fc.array(fc.tuple(fc.constantFrom("a", "A", "a-2", "a-3", "b"), fc.constantFrom("a", "b", "c")));
  fc.assert(
    fc.property(wishes, (all) => {
      const names = new Names();
      const given = all.map((each) => names.take(each, "-"));
      expect(new Set(given.map((name) => name.toLowerCase())).size).toBe(given.length);
    }),
  );
  const names = new Names();
  const take = (...wishes: [string, ...string[]]) => names.take(wishes, "-");
  expect([take("a"), take("A", "b"), take("a", "b"), take("a-2"), take("a")]).toEqual([
    "a",
    "b",
    "a-2",
    "a-2-2",
    "a-3",
  ]);
});

test("a literal has the value of the text, and no text is invisible or ends its line", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(new Function(`return ${literal(text)}`)()).toBe(text);
      expect(literal(text) + comment(text)).not.toMatch(/\p{C}|\p{Zl}|\p{Zp}/u);
    }),
  );
});

test.each([
  [`say "hi", it's`, `"say \\"hi\\", it's"`],
  ["für 注文 🚀", `"für 注文 🚀"`],
  ["a\n\u202e\u{e0001}", `"a\\n\\u202e\\u{e0001}"`],
])("the literal of %j is %s", (text, written) => expect(literal(text)).toBe(written));
