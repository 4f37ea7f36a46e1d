import { CASES } from "./every-case";
import { BEHAVIOURS } from "./suite";

const ids = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).sort();

test("each behavior has exactly one case, and each case has a behavior", () => {
  expect(ids(CASES)).toEqual(ids(BEHAVIOURS));
  expect(new Set(ids(BEHAVIOURS)).size).toBe(BEHAVIOURS.length);
});
