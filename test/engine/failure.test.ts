import { changes } from "../support/engine";
import { shop, startWorld, type World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world?.close());

const readEns = () => world.simulator.admin.state();
const hasty = shop({ callback: { verification: { timeout: "1s" } } });
const readEntry = async () => (await world.stack.stored()).resources.find(({ urn }) => urn.endsWith("::orders"));

/**
 * Runs the program while nobody verifies the callback. The callback exists after the run, and its dependents do not.
 */
async function runUnverified(): Promise<string> {
  world.receiver.verifies = false;
  world.stack.program(hasty);
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  const { callbacks, subscriptions } = await readEns();
  expect(callbacks).toMatchObject([{ status: "unverified" }]);
  expect(subscriptions).toEqual([]);
  const id = callbacks[0]?.callbackId ?? "";
  expect(output).toContain(`callback ${id} exists but is not verified`);
  expect(output).toContain("then run 'pulumi up' again");
  expect(await readEntry()).toMatchObject({ id, initErrors: [expect.stringContaining("is not verified")] });
  return id;
}

test("a callback that nobody verified is kept, and the next run continues with it", async () => {
  const id = await runUnverified();
  const key = (await readEns()).callbacks[0]?.signatureKey;
  world.receiver.verifies = true;
  await world.receiver.verifyNow();
  expect(changes(await world.stack.ok("up"))).toEqual(["update orders", "create sent"]);
  const { callbacks, subscriptions } = await readEns();
  expect(callbacks).toMatchObject([{ callbackId: id, status: "verified", signatureKey: key }]);
  expect(subscriptions).toMatchObject([{ callbackId: id }]);
  const { output } = await world.stack.ok("stack", "output", "signatureKey", "--show-secrets", "--stack", "dev");
  expect(output.trim()).toBe(key);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("the next run also continues with the callback after a refresh, before and after its verification", async () => {
  const id = await runUnverified();
  await world.stack.ok("refresh");
  expect(await readEntry()).toMatchObject({ id, outputs: { status: "unverified" } });
  const still = await world.stack.pulumi("up");
  expect(still.code).not.toBe(0);
  await world.receiver.verifyNow();
  await world.stack.ok("refresh");
  expect(changes(await world.stack.ok("up"))).toContain("create sent");
  expect((await readEns()).callbacks).toMatchObject([{ callbackId: id, status: "verified" }]);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("the command in the message sends another verification key to a receiver that has lost it", async () => {
  world.receiver.verifies = false;
  world.stack.program(hasty);
  const { output } = await world.stack.pulumi("up");
  const [, urn = ""] = /get a new verification request: pulumi up --replace '([^']+)'/.exec(output) ?? [];
  const [lost] = (await readEns()).callbacks;
  world.receiver.verifies = true;
  world.stack.program(shop());
  await world.stack.ok("up", "--replace", urn);
  const [callback] = (await readEns()).callbacks;
  expect(callback).toMatchObject({ status: "verified", url: lost?.url });
  expect(callback?.callbackId).not.toBe(lost?.callbackId);
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("a callback whose creation failed can be destroyed", async () => {
  await runUnverified();
  await world.stack.ok("destroy");
  expect(await readEns()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
});

test("a receiver that does not respond leaves no callback in ENS, and the next run creates the callback", async () => {
  world.receiver.probeStatus = 503;
  world.stack.program(shop());
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain("no callback is left behind. Make the receiver return 200 to ENS's verification request.");
  expect((await readEns()).callbacks).toEqual([]);
  world.receiver.probeStatus = 200;
  expect(changes(await world.stack.ok("up"))).toEqual(["create orders", "create sent"]);
});

test("when responses are lost, each object exists once and is in the state", async () => {
  const lost = ["ens-callbacks", "ens-subscriptions"].map((route) => ({
    method: "POST",
    path: `/platform/v1/${route}`,
    kind: "answer-lost" as const,
  }));
  await world.simulator.admin.faults(lost);
  world.stack.program(shop());
  await world.stack.ok("up");
  const { callbacks, subscriptions } = await readEns();
  expect([callbacks.length, subscriptions.length]).toEqual([1, 1]);
  expect(await readEntry()).toMatchObject({ id: callbacks[0]?.callbackId });
  await world.stack.ok("preview", "--refresh", "--expect-no-changes");
});

test("when a run is killed while it waits, the next run replaces its pending callback and creates no duplicate", async () => {
  world.receiver.verifies = false;
  world.stack.program(shop());
  const { subscriptions } = await readEns();
  const ended = world.stack.pulumi("up");
  while ((await readEns()).callbacks.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  world.stack.kill();
  await ended;
  const [orphan] = (await readEns()).callbacks;
  expect(await readEntry()).toBeUndefined();

  world.receiver.verifies = true;
  await world.receiver.verifyNow();
  await world.stack.ok("cancel", "--yes", "--stack", "dev");
  expect(changes(await world.stack.ok("up"))).toEqual(["create orders", "create sent"]);
  const { callbacks } = await readEns();
  expect(orphan?.callbackName).toMatch(/^orders-[0-9a-f]{12}-pending$/);
  expect(callbacks).toMatchObject([
    { callbackName: expect.stringMatching(/^orders-[0-9a-f]{7}$/), status: "verified" },
  ]);
  expect(callbacks[0]?.callbackId).not.toBe(orphan?.callbackId);
  expect(subscriptions).toEqual([]);
  const { output } = await world.stack.ok("stack", "output", "signatureKey", "--show-secrets", "--stack", "dev");
  expect(output.trim()).toBe(callbacks[0]?.signatureKey);
});

test("the error for a missing setting names two ways to set it", async () => {
  world.stack.close();
  await world.close();
  world = await startWorld({}, { ENS_CLIENT_SECRET: "" });
  world.stack.program(shop());
  const { code, output } = await world.stack.pulumi("up");
  expect(code).not.toBe(0);
  expect(output).toContain("ens:clientSecret is not set: export ENS_CLIENT_SECRET (or ENS_CLIENT_SECRET_FILE)");
  expect(output).toContain("or run 'pulumi config set --secret ens:clientSecret'");
});
