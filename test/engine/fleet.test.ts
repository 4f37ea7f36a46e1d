import { type Fleet, startFleet, UNITS } from "../support/fleet";

// The tests with all five units, and of the other commands, are in test/full.

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

test("a unit that fails does not stop the other unit, and the exit code is 1", async () => {
  const { code, table } = await fleet.run("up --unit north --unit west");
  expect({ code, north: table.north?.slice(0, 2), west: table.west?.[0] }).toEqual({
    code: 1,
    north: ["ok", "create 4"],
    west: "failed",
  });
  expect(table.west?.at(-1)).toMatch(/could not|refused|invalid/);
  expect(await fleet.liveUnits()).toEqual([UNITS.north]);
});
