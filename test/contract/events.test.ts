import { CATALOGUE } from "pulumi-ens-simulator";
import { EVENTS } from "./events.cases";
import { EVENT_TYPES, exercise } from "./suite";

exercise(EVENTS);

test("the simulator's catalogue has the 36 documented types with their filter keys", () => {
  const documented = Object.fromEntries(EVENT_TYPES.map(({ type, filterKeys }) => [type, filterKeys]));
  expect(Object.keys(documented)).toHaveLength(36);
  expect(CATALOGUE).toEqual(documented);
});
