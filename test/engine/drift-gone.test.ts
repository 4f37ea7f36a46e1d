import { changes } from "../support/engine";
import { CREDENTIALS, startWorld, type World } from "../support/world";

const NAMES = ["alone", "both", "signed"];

let world: World;
beforeAll(async () => {
  world = await startWorld({ switches: { authGet: "on" } });
  world.stack.program(`
    const idp = new ens.AuthScheme("idp", ${JSON.stringify({
      grantType: "client_credentials",
      authUrl: "https://login.example.org/token",
      ...CREDENTIALS,
    })});
    for (const name of ${JSON.stringify(NAMES)}) {
      const authScheme = name === "signed" ? { authScheme: idp } : {};
      const callback = new ens.Callback(name, { url: "https://hooks.example.org/" + name, ...authScheme });
      new ens.Subscription(name + "-sent", { callback, eventCategoryTypes: ["TransactionalSendEvents.EmailSent"] });
    }`);
  await world.stack.ok("up");
  // For a new object, the provider repeats a GET that returns 404, because ENS may not show the object yet.
  await world.stack.edit((text) => text.replace(/("createdAt": ")[^"]*/g, "$12026-01-01T00:00:00.000Z"));
});
afterAll(() => world?.close());

const readEns = () => world.simulator.admin.state();
type State = Awaited<ReturnType<typeof readEns>>;

/** A callback by its name in the program, with its scheme and subscriptions. */
function attached({ callbacks, subscriptions }: State, name: string) {
  const callback = callbacks.find(({ url }) => url.endsWith(`/${name}`));
  if (callback === undefined) throw new Error(`there is no callback ${name}`);
  return { callback, subscriptions: subscriptions.filter(({ callbackId }) => callbackId === callback.callbackId) };
}

const previewRefresh = () => world.stack.pulumi("preview", "--refresh", "--expect-no-changes");

test("one run re-creates the objects that were deleted in Setup and what depends on them, and nothing else", async () => {
  const { admin } = world.simulator;
  const before = await readEns();
  const signed = attached(before, "signed");
  // These are a callback whose subscription stays in ENS, a callback and its subscription, and the scheme of the third
  // callback.
  await admin.remove("callbacks", attached(before, "alone").callback.callbackId);
  const both = attached(before, "both");
  for (const { subscriptionId } of both.subscriptions) await admin.remove("subscriptions", subscriptionId);
  await admin.remove("callbacks", both.callback.callbackId);
  for (const { authId } of before.authentications) await admin.remove("authentications", authId);

  const found = await previewRefresh();
  const steps = [
    "create alone",
    "create both",
    "create both-sent",
    "create idp",
    "create-replacement alone-sent",
    "delete-replaced alone-sent",
    "replace alone-sent",
    "update signed",
  ];
  expect({ code: found.code, changes: changes(found).sort() }).toEqual({ code: 7, changes: steps });
  expect((await world.stack.pulumi("refresh", "--preview-only", "--expect-no-changes")).code).toBe(7);
  expect(changes(await world.stack.ok("up", "--refresh")).sort()).toEqual(steps);

  const after = await readEns();
  expect(after.authentications).toHaveLength(1);
  expect(after.subscriptions).toHaveLength(3);
  for (const name of NAMES) {
    const { callback, subscriptions } = attached(after, name);
    expect({ status: callback.status, attached: subscriptions.length }).toEqual({ status: "verified", attached: 1 });
  }
  const { callback, subscriptions } = attached(after, "signed");
  expect(callback).toEqual({ ...signed.callback, authId: after.authentications[0]?.authId });
  expect(subscriptions).toEqual(signed.subscriptions);
  expect((await previewRefresh()).code).toBe(0);
});
