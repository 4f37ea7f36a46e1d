import { changes } from "../support/engine";
import { startWorld, type World } from "../support/world";

// When Pulumi treats another name as the same resource, objects, keys and events survive. A generated name changes with
// the name of the resource, in place, because a later run finds the owner of an object by this name. Each test
// continues with the result of the test before it.

let world: World;
let before: Awaited<ReturnType<typeof readEns>>;
beforeAll(async () => {
  world = await startWorld();
  world.stack.program(program({}));
  await world.stack.ok("up");
  before = await readEns();
});
afterAll(() => world?.close());

const readEns = () => world.simulator.admin.state();

/**
 * Returns a program with a scheme, callbacks and subscriptions called `name` in `parent`. Some names are explicit, and
 * some are generated.
 */
function program({ suffix = "", options = (_old: string) => "", parent = "" }): string {
  return `
    ${parent}
    const login = { authUrl: "https://login.example.org/token", clientId: "ens-client-marker" };
    const credentials = { grantType: "client_credentials", ...login, clientSecret: "ens-secret-marker" };
    const idp = new ens.AuthScheme("idp${suffix}", credentials, { ${options("idp")} });
    const url = "https://hooks.example.org/";
    const orders = new ens.Callback("orders${suffix}", { url: url + "orders", authScheme: idp }, { ${options("orders")} });
    const named = new ens.Callback("named${suffix}", { url: url + "named", callbackName: "Named" }, { ${options("named")} });
    const eventCategoryTypes = ["EngagementEvents.EmailOpen"];
    new ens.Subscription("opened${suffix}", { callback: orders, eventCategoryTypes }, { ${options("opened")} });
    const more = { eventCategoryTypes, subscriptionName: "Read" };
    new ens.Subscription("read${suffix}", { callback: named, ...more }, { ${options("read")} });`;
}

/** Runs the program and returns the steps and the writes to ENS. Each object and key must be the same as before. */
async function up(): Promise<{ steps: string[]; written: string[] }> {
  await world.simulator.admin.clearJournal();
  const steps = changes(await world.stack.ok("up"));
  const calls = await world.simulator.admin.journal({ client: "rest" });
  const written = calls.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  const after = await readEns();
  const same = { callbackName: expect.any(String), subscriptionName: expect.any(String) };
  const but = <T extends object>(objects: readonly T[]) =>
    objects.map((each) => ({ ...each, ...Object.fromEntries(Object.entries(same).filter(([name]) => name in each)) }));
  expect(after.authentications).toEqual(before.authentications);
  expect(after.callbacks).toEqual(but(before.callbacks));
  expect(after.subscriptions).toEqual(but(before.subscriptions));
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
  return { steps: steps.sort(), written: written.sort() };
}

const names = async () => {
  const { callbacks, subscriptions } = await readEns();
  return [...callbacks.map((each) => each.callbackName), ...subscriptions.map((each) => each.subscriptionName)].sort();
};
/** The two objects with generated names are renamed, and no other object changes. */
const RENAMED = ["PUT /platform/v1/ens-callbacks", "PUT /platform/v1/ens-subscriptions"];
const made = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{7}$`));

test("resources are renamed by aliases", async () => {
  world.stack.program(program({ suffix: "-two", options: (old) => `aliases: [{ name: "${old}" }]` }));
  expect(await up()).toEqual({ steps: ["update opened-two", "update orders-two"], written: RENAMED });
  expect(await names()).toEqual(["Named", "Read", made("opened-two"), made("orders-two")]);
});

test("resources move into a component by aliases", async () => {
  const old = await names();
  world.stack.program(
    program({
      suffix: "-two",
      parent: `const parent = new pulumi.ComponentResource("shop:index:Team", "team");`,
      options: () => "parent, aliases: [{ parent: pulumi.rootStackResource }]",
    }),
  );
  expect(await up()).toEqual({ steps: ["update opened-two", "update orders-two"], written: RENAMED });
  expect(await names()).toEqual(["Named", "Read", made("opened-two"), made("orders-two")]);
  expect(await names()).not.toEqual(old);
});

test("resources move to another project and another stack", async () => {
  const old = await names();
  await world.stack.rename("store", "live");
  expect(await up()).toEqual({ steps: ["update opened-two", "update orders-two"], written: RENAMED });
  expect(await names()).not.toEqual(old);
});

test("resources are renamed by the CLI", async () => {
  for (const { urn } of (await world.stack.stored()).resources) {
    const name = urn.slice(urn.lastIndexOf("::") + 2).replace("-two", "-three");
    await world.stack.ok("state", "rename", urn, name, "--yes", "--stack", "live");
  }
  const parent = `const parent = new pulumi.ComponentResource("shop:index:Team", "team");`;
  world.stack.program(program({ suffix: "-three", parent, options: () => "parent" }));
  expect(await up()).toEqual({ steps: ["update opened-three", "update orders-three"], written: RENAMED });
});

test("a destroy after all these renames deletes everything in order", async () => {
  const gone = changes(await world.stack.ok("destroy")).map((step) => step.replace("delete ", ""));
  expect(gone.indexOf("opened-three")).toBeLessThan(gone.indexOf("orders-three"));
  expect(gone.indexOf("read-three")).toBeLessThan(gone.indexOf("named-three"));
  expect(gone.indexOf("orders-three")).toBeLessThan(gone.indexOf("idp-three"));
  expect(await readEns()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
});
