import { changes } from "../support/engine";
import { type Services, startServices, startWorld, type World } from "../support/world";

let world: World;
let other: Services;
beforeAll(async () => {
  [world, other] = await Promise.all([startWorld(), startServices({ clientSecret: "other-secret-marker" })]);
  // The receivers of the second tenant sign in with a secret that this tenant does not accept.
  other.receiver.verifies = false;
});
afterAll(async () => {
  await world?.close();
  await other?.close();
});

test("an explicit provider manages a second tenant beside the tenant of the environment", async () => {
  const { restUrl, authUrl } = other.simulator;
  world.stack.program(`
    const tenant = ${JSON.stringify({ restUrl, authUrl, clientId: "sim-client" })};
    const provider = new ens.Provider("other", { ...tenant, clientSecret: "other-secret-marker" });
    const scheme = { grantType: "client_credentials", authUrl: "https://login.example.org/token" };
    const credentials = { clientId: "ens-client-marker", clientSecret: "ens-secret-marker" };
    new ens.AuthScheme("here", { ...scheme, ...credentials });
    new ens.AuthScheme("there", { ...scheme, ...credentials, scope: "there" }, { provider });`);
  const made = changes(await world.stack.ok("up"));
  expect(made.sort()).toEqual(["create here", "create there"]);
  const [here, there] = [await world.simulator.admin.state(), await other.simulator.admin.state()];
  expect(here.authentications.map(({ scope }) => scope)).toEqual([undefined]);
  expect(there.authentications.map(({ scope }) => scope)).toEqual(["there"]);

  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
  expect((await world.stack.stored()).text + world.stack.seen()).not.toContain("other-secret-marker");
  await world.stack.ok("destroy");
  expect((await other.simulator.admin.state()).authentications).toEqual([]);
});
