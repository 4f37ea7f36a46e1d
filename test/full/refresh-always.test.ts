import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { changes } from "../support/engine";
import { shop, startWorld, type World } from "../support/world";

// With `options: { refresh: always }` in Pulumi.yaml, a plain preview and a plain update read ENS first. Each test
// continues with the result of the test before it.

const ROTATED = "rotated-secret-marker";
let world: World;
beforeAll(async () => {
  const sisters = { clientId: "sisters", clientSecret: ROTATED, owner: 7000003 };
  world = await startWorld({ packages: [sisters], faults: { rate: 0 } }, { ENS_CLIENT_SECRET: undefined });
  appendFileSync(join(world.stack.folder, "Pulumi.yaml"), "options:\n  refresh: always\n");
  await configure("sim-secret");
  world.stack.program(shop());
  await world.stack.ok("up");
});
afterAll(() => world?.close());

const readEns = () => world.simulator.admin.state();
const configure = (secret: string) =>
  world.stack.ok("config", "set", "--secret", "ens:clientSecret", secret, "--stack", "dev");

test("a plain preview shows drift with exit code 7, and a plain update repairs it", async () => {
  await world.stack.ok("preview", "--expect-no-changes");
  const before = await readEns();
  await world.simulator.admin.patch("callbacks", before.callbacks[0]?.callbackId ?? "", { maxBatchSize: 900 });
  await world.simulator.admin.remove("subscriptions", before.subscriptions[0]?.subscriptionId ?? "");
  const drifted = await readEns();
  const planned = await world.stack.pulumi("preview", "--expect-no-changes");
  expect([planned.code, changes(planned).sort()]).toEqual([7, ["create sent", "update orders"]]);
  expect(await readEns()).toEqual(drifted);
  await world.stack.ok("up");
  expect((await readEns()).callbacks).toEqual(before.callbacks);
  expect((await readEns()).subscriptions).toHaveLength(1);
  await world.stack.ok("preview", "--expect-no-changes");
});

test("after a rotation of the configured secret, the error names a next step, which works", async () => {
  await world.simulator.admin.changePackage("sim-client", { clientSecret: ROTATED });
  await configure(ROTATED);
  const refused = await world.stack.pulumi("up");
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain("run 'pulumi up --refresh=false' once");
  await world.stack.ok("up", "--refresh=false");
  await world.stack.ok("preview", "--expect-no-changes");
  expect(world.stack.seen()).not.toContain(ROTATED);
});

test("the 404 responses of another business unit delete no resource from the state", async () => {
  const before = await world.stack.stored();
  // No setting names a business unit, so only ENS can report that this package belongs to another one.
  const up = "pulumi up --yes --skip-preview --stack dev --color never 2>&1";
  const refused = await world.stack.shell(`export ENS_CLIENT_ID=sisters; ${up}`);
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(
    "this object belongs to business unit 7000002, but the current settings use 7000003. Nothing was read or changed.",
  );
  const known = ({ resources }: typeof before) => resources.map(({ urn, id }) => ({ urn, id }));
  expect(known(await world.stack.stored())).toEqual(known(before));
  await world.stack.ok("preview", "--expect-no-changes");
});
