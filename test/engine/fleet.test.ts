import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isolated } from "../../scripts/pulumi.ts";
import { copyProjects } from "../support/copy";
import { bash, openTerminal, type Place } from "../support/shell";
import { type Services, startServices } from "../support/world";

// examples/fleet: five business units, each a stack of its own. The package may not act in the one of another tenant.

const FOREIGN = 8000002;
const UNITS = { north: 7000002, south: 7000003, east: 7000004, west: FOREIGN, center: 7000006 };
const ALLOWED = Object.values(UNITS).filter((unit) => unit !== FOREIGN);
const SECRETS = ["sim-secret", "idp-secret-marker"];

let copy: ReturnType<typeof copyProjects>;
let services: Services;
let place: Place;
let file: string;
let written: string;

beforeAll(async () => {
  copy = copyProjects();
  const packages = [{ clientId: "other", clientSecret: "other", tenant: 8000001, owner: FOREIGN }];
  services = await startServices({ faults: { rate: 0 }, packages, switches: { callAuthUrl: "off" } });
  const { simulator, receiver } = services;
  receiver.verifyAt(
    simulator,
    ALLOWED.map((account_id) => ({ account_id })),
  );
  const env = {
    ...isolated(copy.folder),
    ENS_REST_URL: simulator.restUrl,
    ENS_AUTH_URL: simulator.authUrl,
    ENS_CLIENT_ID: "sim-client",
    ENS_CLIENT_SECRET: "sim-secret",
    ENS_ACTIVATION_WAIT: "0s",
    // Of a shell that was used for one unit: it must not lead the others there.
    ENS_ACCOUNT_ID: "7000002",
    IDP_SECRET: "idp-secret-marker",
  };
  place = { cwd: join(copy.folder, "examples/fleet"), env };
  file = join(place.cwd, "fleet.yaml");
  written = readFileSync(file, "utf8").replace("7000005", String(FOREIGN)).replace("base:\n", `base:\n${SCHEME}`);
  writeFileSync(file, written);
});
afterAll(async () => {
  await services?.close();
  copy?.close();
});

const SCHEME = `  authSchemes:
    idp:
      grantType: client_credentials
      authUrl: https://login.example.org/token
      clientId: { env: IDP_SECRET }
      clientSecret: { env: IDP_SECRET }
`;

/** Runs the fleet; the table by unit, without times. No secret may be in what it says. */
async function fleet(args: string) {
  const { code, output } = await bash(`node fleet.mts ${args}`, place);
  for (const secret of SECRETS) expect(output).not.toContain(secret);
  return { code, output, table: tableIn(output) };
}

function tableIn(output: string): Record<string, string[]> {
  const [, table = ""] = output.split(/^(?=unit +result)/m);
  const rows = table.trim().split("\n").slice(1);
  return Object.fromEntries(rows.map((row) => row.split(/ {2,}/)).map(([unit = "", ...cells]) => [unit, cells]));
}

async function liveUnits(): Promise<number[]> {
  const { callbacks } = await services.simulator.admin.state();
  return callbacks.map(({ mid }) => mid).sort();
}

test("a preview changes nothing, and says for each unit what would be", async () => {
  const { code, table } = await fleet("preview --unit north --unit center");
  expect({ code, table }).toMatchObject({
    code: 0,
    table: { north: ["ok", "create 4", expect.anything()], center: ["ok", "create 3", expect.anything()] },
  });
  expect(await liveUnits()).toEqual([]);
});

test("one unit that fails stops no other, and the code is 1", async () => {
  const { code, output, table } = await fleet("up --parallel 3");
  expect(code).toBe(1);
  const results = Object.entries(table).map(([unit, [result]]) => [unit, result]);
  const wanted = Object.keys(UNITS).map((unit) => [unit, unit === "west" ? "failed" : "ok"]);
  expect({ results, output }).toEqual({ results: wanted, output });
  expect(table.west?.at(-1)).toMatch(/could not|refused|invalid/);
  expect(await liveUnits()).toEqual(ALLOWED);
  const { subscriptions } = await services.simulator.admin.state();
  expect(subscriptions).toHaveLength(7);
});

test("a second run finds nothing to do", async () => {
  const { code, table } = await fleet("preview --unit north --unit south --unit east --unit center");
  expect({ code, changes: Object.values(table).map(([, changes]) => changes) }).toEqual({
    code: 0,
    changes: ["none", "none", "none", "none"],
  });
});

test("a secret that was set for one unit stays in its stack's file, encrypted", async () => {
  const set = "printf %s cli-secret-marker | pulumi config set --secret idpSecret --stack north";
  expect(await bash(set, place)).toMatchObject({ code: 0 });
  const own = '7000002"\n    authSchemes: { idp: { clientSecret: { config: idpSecret } } }';
  writeFileSync(file, written.replace('7000002"', own));
  const { code, output, table } = await fleet("up --unit north");
  writeFileSync(file, written);
  expect({ code, changes: table.north?.[1] }).toEqual({ code: 0, changes: "update 1" });
  const stored = readFileSync(join(place.cwd, "stacks/Pulumi.north.yaml"), "utf8");
  expect(stored).toMatch(/ens-fleet:idpSecret:\s+secure: /);
  expect(output + stored).not.toContain("cli-secret-marker");
});

test("a mistake in one unit's description is the first line of its row", async () => {
  writeFileSync(file, written.replace("maxBatchSize: 1000", "maxBatchSize: 1"));
  const { code, table } = await fleet("preview --unit west --unit north");
  writeFileSync(file, written);
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
    "two units with one",
    (text: string) => text.replace("7000003", "7000002"),
    "units.south.accountId is also that of north",
  ],
  [
    "a part that is none",
    (text: string) =>
      text.replace("    callbacks:\n      orders:\n        url: https://hooks.example.org/east", "    callback: {}"),
    "units.east.callback is no part of a unit",
  ],
  ["no units", () => "base: {}", "has no units"],
])("%s is told before anything starts", async (_what, change, problem) => {
  writeFileSync(file, change(written));
  const { code, output, table } = await fleet("up");
  writeFileSync(file, written);
  expect({ code, table }).toEqual({ code: 1, table: {} });
  expect(output).toContain(problem);
});

test("Ctrl-C lets the unit that runs end by itself, starts no other, and the code is 1", async () => {
  const destroy = "node fleet.mts destroy --parallel 1 --unit north --unit south";
  const terminal = openTerminal(`trap : TERM; ${destroy} || echo "ended with $?"`, place);
  await terminal.until(/^north: delete/m);
  await terminal.close();
  const { north, south } = tableIn(terminal.printed());
  // The unit may have begun its last operation by then.
  expect(["ok", "failed"]).toContain(north?.[0]);
  expect(south?.[0]).toBe("not started");
  expect(terminal.printed()).toContain("ended with 1");
  expect(await liveUnits()).toContain(UNITS.south);
});

test("destroy removes what is left of each unit", async () => {
  const { code, output } = await fleet("destroy --unit north --unit south --unit east --unit center");
  expect({ code, output }).toEqual({ code: 0, output });
  const { authentications, callbacks, subscriptions } = await services.simulator.admin.state();
  expect([authentications, callbacks, subscriptions]).toEqual([[], [], []]);
});
