import { changes } from "../support/engine";
import { startWorld, type World } from "../support/world";

// What Pulumi calls another name for the same resource costs nobody an object, a key or an event. A name that we made
// from the resource's name follows it, in place, because a later run knows by it whose object it is. Each test goes on
// where the one before it ended.

let world: World;
let before: Awaited<ReturnType<typeof live>>;
beforeAll(async () => {
  world = await startWorld();
  world.stack.program(program({}));
  await world.stack.ok("up");
  before = await live();
});
afterAll(() => world?.close());

const live = () => world.simulator.admin.state();

/** A scheme, callbacks and subscriptions with names of their own and with ours, called `name`, in `parent`. */
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

/** Brings the program about, and returns the steps and what was written to ENS; each object and key is what it was. */
async function up(): Promise<{ steps: string[]; written: string[] }> {
  await world.simulator.admin.clearJournal();
  const steps = changes(await world.stack.ok("up"));
  const calls = await world.simulator.admin.journal({ client: "rest" });
  const written = calls.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
  const after = await live();
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
  const { callbacks, subscriptions } = await live();
  return [...callbacks.map((each) => each.callbackName), ...subscriptions.map((each) => each.subscriptionName)].sort();
};
/** The two objects with names that we made get another one; the others are not touched. */
const RENAMED = ["PUT /platform/v1/ens-callbacks", "PUT /platform/v1/ens-subscriptions"];
const made = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{7}$`));

test("resources with other names, by aliases", async () => {
  world.stack.program(program({ suffix: "-two", options: (old) => `aliases: [{ name: "${old}" }]` }));
  expect(await up()).toEqual({ steps: ["update opened-two", "update orders-two"], written: RENAMED });
  expect(await names()).toEqual(["Named", "Read", made("opened-two"), made("orders-two")]);
});

test("resources moved into a component, by aliases", async () => {
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

test("another project and another stack", async () => {
  const old = await names();
  await world.stack.rename("store", "live");
  expect(await up()).toEqual({ steps: ["update opened-two", "update orders-two"], written: RENAMED });
  expect(await names()).not.toEqual(old);
});

test("resources with other names, by the CLI", async () => {
  for (const { urn } of (await world.stack.stored()).resources) {
    const name = urn.slice(urn.lastIndexOf("::") + 2).replace("-two", "-three");
    await world.stack.ok("state", "rename", urn, name, "--yes", "--stack", "live");
  }
  const parent = `const parent = new pulumi.ComponentResource("shop:index:Team", "team");`;
  world.stack.program(program({ suffix: "-three", parent, options: () => "parent" }));
  expect(await up()).toEqual({ steps: ["update opened-three", "update orders-three"], written: RENAMED });
});

test("a destroy after all that still goes in order, and leaves nothing", async () => {
  const gone = changes(await world.stack.ok("destroy")).map((step) => step.replace("delete ", ""));
  expect(gone.indexOf("opened-three")).toBeLessThan(gone.indexOf("orders-three"));
  expect(gone.indexOf("read-three")).toBeLessThan(gone.indexOf("named-three"));
  expect(gone.indexOf("orders-three")).toBeLessThan(gone.indexOf("idp-three"));
  expect(await live()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
});
