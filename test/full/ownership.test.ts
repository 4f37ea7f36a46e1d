import { changes, type Ran, type Stack } from "../support/engine";
import { CREDENTIALS, startWorld, type World } from "../support/world";

// A run deletes an object, or gives it a new key, only if this resource created the object and did not finish it. The
// table is in docs/ownership.md, and each test covers a row. The tests follow each next step that a message names.

let world: World;
let stack: Stack;
beforeEach(async () => {
  world = await startWorld();
  stack = world.stack;
});
afterEach(() => world?.close());

const URL = "https://hooks.example.org/orders";
const SENT = "TransactionalSendEvents.EmailSent";
const readEns = () => world.simulator.admin.state();
const readCallback = async () => (await readEns()).callbacks[0];
const readSubscription = async () => (await readEns()).subscriptions[0];

interface Over {
  readonly name?: string;
  readonly callback?: object;
  readonly options?: string;
  readonly subscription?: object;
  readonly subscriptionOptions?: string;
}

/** Returns a program with a callback and a subscription, which both have generated names. */
function program({ name = "orders", ...over }: Over = {}): string {
  const callback = JSON.stringify({ url: URL, ...over.callback });
  const subscription = JSON.stringify({ eventCategoryTypes: [SENT], ...over.subscription });
  return `
    const callback = new ens.Callback("${name}", ${callback}, { ${over.options ?? ""} });
    new ens.Subscription("${name}-sent", { ...${subscription}, callback }, { ${over.subscriptionOptions ?? ""} });
    exports.signatureKey = callback.signatureKey;`;
}

const readKeyInState = async () => {
  const { output } = await stack.ok("stack", "output", "signatureKey", "--show-secrets", "--stack", "dev");
  return output.trim();
};
const urnOf = async (name: string) =>
  (await stack.stored()).resources.find(({ urn }) => urn.endsWith(`::${name}`))?.urn;

/** Expects that the run failed before a change, and that the callback and its key are the same. */
async function expectStopped(ran: Ran, before: Awaited<ReturnType<typeof readCallback>>): Promise<void> {
  expect(ran.code).not.toBe(0);
  expect(ran.output).toContain("already exists at https://hooks.example.org and was not changed");
  const { callbacks } = await readEns();
  expect(callbacks).toMatchObject([{ callbackId: before?.callbackId, signatureKey: before?.signatureKey }]);
}

/** Expects that the previous run did all that the program asks for. */
const expectSettled = () => stack.ok("preview", "--refresh", "--expect-no-changes");

describe("objects that were created in Setup", () => {
  test("a subscription with the same explicit name does not change, whatever its name looks like", async () => {
    stack.program(program());
    await stack.ok("up");
    const callbackId = (await readCallback())?.callbackId ?? "";
    const theirs = { subscriptionName: "orders-1a2b3c4", callbackId, eventCategoryTypes: [SENT] };
    const id = await world.simulator.admin.add("subscriptions", theirs);
    stack.program(program({ subscription: { subscriptionName: "orders-1a2b3c4" } }));
    const refused = await stack.pulumi("up");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("Choose another subscriptionName");
    expect((await readEns()).subscriptions.map(({ subscriptionId }) => subscriptionId)).toContain(id);
  });

  test("a verified callback at the same URL does not change, whatever its name looks like", async () => {
    const theirs = { callbackName: "orders-1a2b3c4", url: URL, status: "verified" } as const;
    await world.simulator.admin.add("callbacks", theirs);
    const before = await readCallback();
    stack.program(program({ callback: { callbackName: "orders-1a2b3c4" } }));
    await expectStopped(await stack.pulumi("up"), before);
    stack.program(program({ callback: { adopt: "always" } }));
    await stack.ok("up");
    await expectSettled();
    expect(await readCallback()).toMatchObject({ callbackId: before?.callbackId, signatureKey: before?.signatureKey });
  });
});

describe("a finished callback that is not in the state", () => {
  test("after retainOnDelete, the next run stops, and ENS_RECOVER takes the callback over with a new key", async () => {
    stack.program(program({ options: "retainOnDelete: true" }));
    await stack.ok("up");
    const before = await readCallback();
    await stack.ok("destroy");
    await expectStopped(await stack.pulumi("up"), before);
    const { code, output } = await stack.shell(
      "ENS_RECOVER=take-over pulumi up --yes --skip-preview --stack dev --color never",
    );
    expect([code, output]).toEqual([0, expect.stringContaining("is taken over and gets a new signature key")]);
    const after = await readCallback();
    expect(after?.callbackId).toBe(before?.callbackId);
    expect(after?.signatureKey).not.toBe(before?.signatureKey);
    expect(await readKeyInState()).toBe(after?.signatureKey);
    await expectSettled();
  });

  test("with --continue-on-error, the run creates everything else, and not this callback", async () => {
    stack.program(program({ options: "retainOnDelete: true" }));
    await stack.ok("up");
    const before = await readCallback();
    await stack.ok("destroy");
    const authUrl = "https://login.example.org/token";
    const scheme = JSON.stringify({ grantType: "client_credentials", authUrl, ...CREDENTIALS });
    stack.program(`${program()}
      const more = new ens.Callback("more", { url: "${URL}-more" }, { dependsOn: [new ens.AuthScheme("idp", ${scheme})] });
      new ens.Subscription("more-sent", { callback: more, eventCategoryTypes: ["${SENT}"] });`);
    const ran = await stack.pulumi("up", "--continue-on-error", "--parallel", "1");
    await expectStopped(ran, before);
    expect(ran.output).toContain("could not create callback more-");
    expect(ran.output).toContain(`this run creates no more callbacks, because callback ${before?.callbackId}`);
    expect((await readEns()).authentications).toHaveLength(1);
  });

  test("after a state delete, the next run stops, and adopt manages the callback again with its key", async () => {
    stack.program(program());
    await stack.ok("up");
    const before = await readCallback();
    const subscription = await readSubscription();
    for (const name of ["orders-sent", "orders"]) {
      await stack.ok("state", "delete", (await urnOf(name)) ?? "", "--yes", "--stack", "dev");
    }
    await expectStopped(await stack.pulumi("up"), before);
    stack.program(program({ callback: { adopt: "always" } }));
    const adopted = await stack.ok("up");
    expect(changes(adopted)).toEqual(["create orders", "create orders-sent"]);
    expect(adopted.output).toContain("of this resource already exists and is taken over in place");
    expect(await readCallback()).toMatchObject({ callbackId: before?.callbackId, signatureKey: before?.signatureKey });
    expect((await readEns()).subscriptions).toEqual([subscription]);
    // Nobody has the key, so the message has other advice.
    stack.program(program({ callback: { adopt: "always", signatureKeyVersion: 2 } }));
    await stack.ok("up");
    await expectSettled();
    expect(await readKeyInState()).toBe((await readCallback())?.signatureKey);
  });
});

describe("one object with two entries in the state", () => {
  test("a resource that is renamed while adopt is set keeps objects, ids and key", async () => {
    const adopting = { callback: { adopt: "always" }, subscription: { adopt: "always" } };
    stack.program(program(adopting));
    await stack.ok("up");
    const [callback, subscription] = [await readCallback(), await readSubscription()];
    stack.program(program({ ...adopting, name: "sales" }));
    const renamed = await stack.ok("up", "--refresh");
    expect(renamed.output).toContain("stays in ENS, because another resource of this stack manages it now");
    expect(await readCallback()).toMatchObject({
      callbackId: callback?.callbackId,
      signatureKey: callback?.signatureKey,
      callbackName: expect.stringMatching(/^sales-/),
    });
    // The new resource generates another name, so it has its own subscription, and the old subscription is deleted.
    expect((await readEns()).subscriptions).toHaveLength(1);
    expect((await readSubscription())?.subscriptionId).not.toBe(subscription?.subscriptionId);
    expect(await readKeyInState()).toBe(callback?.signatureKey);
    await expectSettled();
  });

  test("without a refresh, the key is deleted from the state, and a line reports this", async () => {
    stack.program(
      program({
        callback: { adopt: "always", callbackName: "Orders" },
        subscription: { adopt: "always", subscriptionName: "Sent" },
      }),
    );
    await stack.ok("up");
    const before = await readEns();
    stack.program(
      program({
        name: "sales",
        callback: { adopt: "always", callbackName: "Orders" },
        subscription: { adopt: "always", subscriptionName: "Sent" },
      }),
    );
    const { output } = await stack.ok("up");
    expect(output).toContain("Its signature key was only in the state of this resource and is no longer stored");
    expect(await readEns()).toEqual(before);
    await expectSettled();
    await stack.ok("destroy");
    expect(await readEns()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  });

  test("a targeted destroy of the old entry is rejected when an interrupted run left two entries", async () => {
    stack.program(program({ callback: { adopt: "always" } }));
    await stack.ok("up");
    const old = await urnOf("orders");
    const text = (await stack.stored()).text;
    // The run ended after it wrote the new entry and renamed the object.
    stack.program(program({ callback: { adopt: "always" }, name: "sales" }));
    await stack.ok("up");
    const renamed = await readCallback();
    await stack.edit(() => text);
    const { code, output } = await stack.pulumi("destroy", "--target", old ?? "", "--target-dependents");
    expect([code === 0, output]).toEqual([
      false,
      expect.stringContaining("so it may belong to that resource and was not deleted"),
    ]);
    expect(await readCallback()).toEqual(renamed);
  });
});

describe("replacement on request", () => {
  test("--replace of a callback fails and names deleteBeforeReplace, which works", async () => {
    stack.program(program());
    await stack.ok("up");
    const before = await readCallback();
    const urn = (await urnOf("orders")) ?? "";
    const stopped = await stack.pulumi("up", "--replace", urn);
    await expectStopped(stopped, before);
    expect(stopped.output).toContain("deleteBeforeReplace: true");
    stack.program(program({ options: "deleteBeforeReplace: true" }));
    await stack.ok("up", "--replace", urn);
    expect((await readCallback())?.callbackId).not.toBe(before?.callbackId);
    expect(await readKeyInState()).toBe((await readCallback())?.signatureKey);
    stack.program(program());
    await expectSettled();
  });

  test("a tainted subscription is kept, and deleteBeforeReplace creates another one", async () => {
    stack.program(program());
    await stack.ok("up");
    const before = await readSubscription();
    await stack.ok("state", "taint", (await urnOf("orders-sent")) ?? "", "--yes", "--stack", "dev");
    const kept = await stack.ok("up");
    expect(kept.output).toContain("is taken over in place");
    expect((await readEns()).subscriptions).toEqual([before]);
    stack.program(program({ subscriptionOptions: "deleteBeforeReplace: true" }));
    await stack.ok("up", "--replace", (await urnOf("orders-sent")) ?? "");
    expect((await readSubscription())?.subscriptionId).not.toBe(before?.subscriptionId);
    await expectSettled();
  });
});

test("a new URL that nobody verified can be reverted, and the old callback keeps its key", async () => {
  stack.program(program());
  await stack.ok("up");
  const before = await readEns();
  const key = await readKeyInState();
  world.receiver.verifies = false;
  stack.program(program({ callback: { url: `${URL}-new`, verification: { timeout: "1s" } } }));
  expect((await stack.pulumi("up")).code).not.toBe(0);
  expect((await readEns()).callbacks).toHaveLength(2);
  expect((await stack.stored()).text).not.toContain(key);
  stack.program(program());
  await stack.ok("up");
  expect(await readEns()).toEqual(before);
  expect(await readKeyInState()).toBe(key);
  await expectSettled();
});

test("a provider process that outlives its killed CLI makes no further change", async () => {
  world.receiver.verifies = false;
  stack.program(program());
  const ended = stack.pulumi("up");
  while ((await readEns()).callbacks.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  stack.killCli();
  await ended;
  await world.simulator.admin.clearJournal();
  await world.receiver.verifyNow();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const calls = await world.simulator.admin.journal({ client: "rest" });
  expect(calls.filter(({ method, path }) => method !== "GET" && !path.endsWith("/ens-verify"))).toEqual([]);
  expect((await readCallback())?.callbackName).toMatch(/^orders-[0-9a-f]{12}-pending$/);
  await stack.ok("cancel", "--yes", "--stack", "dev");
  world.receiver.verifies = true;
  expect(changes(await stack.ok("up"))).toEqual(["create orders", "create orders-sent"]);
  expect(await readKeyInState()).toBe((await readCallback())?.signatureKey);
  await expectSettled();
});

test("the constructor rejects deletedWith and import", async () => {
  stack.program(program({ subscriptionOptions: "deletedWith: callback" }));
  const { code, output } = await stack.pulumi("preview");
  expect([code === 0, output]).toEqual([
    false,
    expect.stringContaining(
      "the resource option deletedWith is not possible, because ENS never deletes an object together",
    ),
  ]);
});
