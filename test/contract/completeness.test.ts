import { CASES } from "./every-case";
import { BEHAVIOURS } from "./suite";

const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).sort();

test("each behaviour of the ledger has one case, and each case a behaviour", () => {
  expect(ids(CASES)).toEqual(ids(BEHAVIOURS));
  expect(new Set(ids(BEHAVIOURS)).size).toBe(BEHAVIOURS.length);
});
