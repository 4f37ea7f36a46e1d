import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ALLOWED, type Fleet, startFleet, tableIn, UNITS } from "../support/fleet";
import { bash, openTerminal } from "../support/shell";

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet?.close());

test("a preview changes nothing and lists the planned changes for each unit", async () => {
  const { code, table } = await fleet.run("preview --unit north --unit center");
  expect({ code, table }).toMatchObject({
    code: 0,
    table: { north: ["ok", "create 4", expect.anything()], center: ["ok", "create 3", expect.anything()] },
  });
  expect(await fleet.liveUnits()).toEqual([]);
});

test("a unit that fails does not stop the other units, and the exit code is 1", async () => {
  const { code, output, table } = await fleet.run("up --parallel 3");
  expect(code).toBe(1);
  const results = Object.entries(table).map(([unit, [result]]) => [unit, result]);
  const wanted = Object.keys(UNITS).map((unit) => [unit, unit === "west" ? "failed" : "ok"]);
  expect({ results, output }).toEqual({ results: wanted, output });
  expect(table.west?.at(-1)).toMatch(/could not|refused|invalid/);
  expect(await fleet.liveUnits()).toEqual(ALLOWED);
  const { subscriptions } = await fleet.state();
  expect(subscriptions).toHaveLength(7);
});

test("a second run finds nothing to do", async () => {
  const { code, table } = await fleet.run("preview --unit north --unit south --unit east --unit center");
  expect({ code, changes: Object.values(table).map(([, changes]) => changes) }).toEqual({
    code: 0,
    changes: ["none", "none", "none", "none"],
  });
});

test("a secret that is set for one unit stays encrypted in the file of its stack", async () => {
  const set = "printf %s cli-secret-marker | pulumi config set --secret idpSecret --stack north";
  expect(await bash(set, fleet.place)).toMatchObject({ code: 0 });
  const own = '7000002"\n    authSchemes: { idp: { clientSecret: { config: idpSecret } } }';
  writeFileSync(fleet.file, fleet.written.replace('7000002"', own));
  const { code, output, table } = await fleet.run("up --unit north");
  writeFileSync(fleet.file, fleet.written);
  expect({ code, changes: table.north?.[1] }).toEqual({ code: 0, changes: "update 1" });
  const stored = readFileSync(join(fleet.place.cwd, "stacks/Pulumi.north.yaml"), "utf8");
  expect(stored).toMatch(/ens-fleet:idpSecret:\s+secure: /);
  expect(output + stored).not.toContain("cli-secret-marker");
});

test("a mistake in the description of a unit is the first line of its row", async () => {
  writeFileSync(fleet.file, fleet.written.replace("maxBatchSize: 1000", "maxBatchSize: 1"));
  const { code, table } = await fleet.run("preview --unit west --unit north");
  writeFileSync(fleet.file, fleet.written);
  expect({ code, north: table.north?.[0] }).toEqual({ code: 1, north: "ok" });
  expect(table.west?.at(-1)).toContain("callbacks.orders.maxBatchSize is 1, below 100");
});

test.each([
  [
    "a unit without accountId",
    (text: string) => text.replace('accountId: "7000003"', ""),
    "units.south.accountId is missing",
  ],
  [
    "two units with the same accountId",
    (text: string) => text.replace("7000003", "7000002"),
    "units.south.accountId is also that of north",
  ],
  [
    "an unknown part",
    (text: string) =>
      text.replace("    callbacks:\n      orders:\n        url: https://hooks.example.org/east", "    callback: {}"),
    "units.east.callback is no part of a unit",
  ],
  ["no units", () => "base: {}", "has no units"],
])("%s is an error before any unit starts", async (_what, change, problem) => {
  writeFileSync(fleet.file, change(fleet.written));
  const { code, output, table } = await fleet.run("up");
  writeFileSync(fleet.file, fleet.written);
  expect({ code, table }).toEqual({ code: 1, table: {} });
  expect(output).toContain(problem);
});

test("Ctrl-C lets the running unit finish and starts no other unit, and the exit code is 1", async () => {
  const destroy = "node fleet.mts destroy --parallel 1 --unit north --unit south";
  const terminal = openTerminal(`trap : TERM; ${destroy} || echo "ended with $?"`, fleet.place);
  await terminal.until(/^north: delete/m);
  await terminal.close();
  const { north, south } = tableIn(terminal.printed());
  // The unit may have begun its last operation already.
  expect(["ok", "failed"]).toContain(north?.[0]);
  expect(south?.[0]).toBe("not started");
  expect(terminal.printed()).toContain("ended with 1");
  expect(await fleet.liveUnits()).toContain(UNITS.south);
});

test("destroy deletes the remaining objects of each unit", async () => {
  const { code, output } = await fleet.run("destroy --unit north --unit south --unit east --unit center");
  expect({ code, output }).toEqual({ code: 0, output });
  const { authentications, callbacks, subscriptions } = await fleet.state();
  expect([authentications, callbacks, subscriptions]).toEqual([[], [], []]);
});
