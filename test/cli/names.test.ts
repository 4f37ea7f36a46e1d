import fc from "fast-check";
import { literal, oneLine } from "../../provider/src/cli/import/literal";
import { identifier, Names, slug } from "../../provider/src/cli/import/names";
import { AWKWARD } from "../support/found";

/** Any text, also one with halves of characters, and those that tests know to be awkward. */
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
])("%s is %s in Pulumi and %s in the program", (name, resource, variable) => {
  expect([slug(name, "callback"), identifier(slug(name, "callback"), "callback")]).toEqual([resource, variable]);
});

test("whatever a name is, a resource's name and a variable come of it", () => {
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

test("no name is given twice, and the first wish that is free is granted", () => {
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

test("a literal has the value of the text, in one line of visible characters", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(new Function(`return ${literal(text)}`)()).toBe(text);
      expect(literal(text) + oneLine(text)).not.toMatch(/\p{C}|\p{Zl}|\p{Zp}|\p{M}/u);
    }),
  );
});

test("no character is written invisibly, also one that Unicode has not assigned yet", () => {
  const characters = Array.from({ length: 0x20000 }, (_, code) => String.fromCodePoint(code));
  expect(characters.filter((each) => /\p{C}|\p{Zl}|\p{Zp}|\p{M}/u.test(oneLine(each)))).toEqual([]);
});

test.each([
  ['say "hi"', `'say "hi"'`],
  ["it's", `"it's"`],
  [`"'`, `"\\"'"`],
  ["für 注文 🚀", `"für 注文 🚀"`],
  ["a\n\u202e\u{1f1e9}", `"a\\n\\u202e\\u{1f1e9}"`],
])("%j is written as %s", (text, written) => expect(literal(text)).toBe(written));
