import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isolated, settingsOf } from "../../scripts/pulumi.ts";
import { copyProjects } from "./copy";
import { bash, type Place } from "./shell";
import { startServices } from "./world";

// examples/fleet: five business units with one stack each. The package has no access to the unit of another tenant.

export const FOREIGN = 8000002;
export const UNITS = { north: 7000002, south: 7000003, east: 7000004, west: FOREIGN, center: 7000006 };
export const ALLOWED = Object.values(UNITS).filter((unit) => unit !== FOREIGN);
const SECRETS = ["sim-secret", "idp-secret-marker"];

const SCHEME = `  authSchemes:
    idp:
      grantType: client_credentials
      authUrl: https://login.example.org/token
      clientId: { env: IDP_SECRET }
      clientSecret: { env: IDP_SECRET }
`;

export type Fleet = Awaited<ReturnType<typeof startFleet>>;

/** Starts the services, and copies the example that uses them. */
export async function startFleet() {
  const copy = copyProjects();
  const packages = [{ clientId: "other", clientSecret: "other", tenant: 8000001, owner: FOREIGN }];
  const services = await startServices({ faults: { rate: 0 }, packages, switches: { callAuthUrl: "off" } });
  const { simulator, receiver } = services;
  receiver.verifyAt(
    simulator,
    ALLOWED.map((account_id) => ({ account_id })),
  );
  const env = {
    ...isolated(copy.folder),
    ...settingsOf(simulator),
    ENS_ACTIVATION_WAIT: "0s",
    // A value from a shell that was used for one unit. It must not affect the other units.
    ENS_ACCOUNT_ID: "7000002",
    IDP_SECRET: "idp-secret-marker",
  };
  const place: Place = { cwd: join(copy.folder, "examples/fleet"), env };
  const file = join(place.cwd, "fleet.yaml");
  const written = readFileSync(file, "utf8").replace("7000005", String(FOREIGN)).replace("base:\n", `base:\n${SCHEME}`);
  writeFileSync(file, written);
  return {
    place,
    /** The description of the fleet, and its original text. */
    file,
    written,
    state: () => simulator.admin.state(),
    /** Runs the fleet. Returns the table by unit, without times. Checks that the output has no secret. */
    async run(args: string) {
      const { code, output } = await bash(`node fleet.mts ${args}`, place);
      for (const secret of SECRETS) expect(output).not.toContain(secret);
      return { code, output, table: tableIn(output) };
    },
    async liveUnits(): Promise<number[]> {
      const { callbacks } = await simulator.admin.state();
      return callbacks.map(({ mid }) => mid).sort();
    },
    async close() {
      await services.close();
      copy.close();
    },
  };
}

export function tableIn(output: string): Record<string, string[]> {
  const [, table = ""] = output.split(/^(?=unit +result)/m);
  const rows = table.trim().split("\n").slice(1);
  return Object.fromEntries(rows.map((row) => row.split(/ {2,}/)).map(([unit = "", ...cells]) => [unit, cells]));
}
