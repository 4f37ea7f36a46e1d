import fc from "fast-check";
import { formatOwner, type Owner, parseOwner } from "../../provider/src/resources/frozen";

test("the format of the owner in a state never changes", () => {
  expect(formatOwner(["shop", "dev", "", "orders"])).toBe("shop/dev//orders");
  expect(formatOwner(["shop", "dev", "urn:pulumi:dev::shop::a/b:C::team", "100%/day"])).toBe(
    "shop/dev/urn:pulumi:dev::shop::a%2Fb:C::team/100%25%2Fday",
  );
});

test("different resources have different owners, whatever their names contain", () => {
  const part = fc.string({ unit: fc.constantFrom("/", "%", "2", "5", "F", "a", "é", "::") });
  fc.assert(
    fc.property(fc.tuple(part, part, part, part), (owner) => {
      expect(parseOwner(formatOwner(owner as Owner))).toEqual(owner);
    }),
  );
});
