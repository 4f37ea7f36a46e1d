import { changes, type Ran, type Stack } from "../support/engine";
import { CREDENTIALS, startWorld, type World } from "../support/world";

// Whose object it is: what this very resource has not created, or has finished, is neither deleted nor given another key.
// docs/ownership.md has the table; each test names its row. Every way out that a message names is followed here.

let world: World;
let stack: Stack;
beforeEach(async () => {
  world = await startWorld();
  stack = world.stack;
});
afterEach(() => world?.close());

const URL = "https://hooks.example.org/orders";
const SENT = "TransactionalSendEvents.EmailSent";
const live = () => world.simulator.admin.state();
const callbackNow = async () => (await live()).callbacks[0];
const subscriptionNow = async () => (await live()).subscriptions[0];

interface Over {
  readonly name?: string;
  readonly callback?: object;
  readonly options?: string;
  readonly subscription?: object;
  readonly subscriptionOptions?: string;
}

/** A callback with a subscription, both with generated names. */
function program({ name = "orders", ...over }: Over = {}): string {
  const callback = JSON.stringify({ url: URL, ...over.callback });
  const subscription = JSON.stringify({ eventCategoryTypes: [SENT], ...over.subscription });
  return `
    const callback = new ens.Callback("${name}", ${callback}, { ${over.options ?? ""} });
    new ens.Subscription("${name}-sent", { ...${subscription}, callback }, { ${over.subscriptionOptions ?? ""} });
    exports.signatureKey = callback.signatureKey;`;
}

const keyInState = async () => {
  const { output } = await stack.ok("stack", "output", "signatureKey", "--show-secrets", "--stack", "dev");
  return output.trim();
};
const urnOf = async (name: string) =>
  (await stack.stored()).resources.find(({ urn }) => urn.endsWith(`::${name}`))?.urn;

/** The run stops before anything is changed, and the callback is the same, with the same key. */
async function expectStopped(ran: Ran, before: Awaited<ReturnType<typeof callbackNow>>): Promise<void> {
  expect(ran.code).not.toBe(0);
  expect(ran.output).toContain("already exists at https://hooks.example.org and was not changed");
  const { callbacks } = await live();
  expect(callbacks).toMatchObject([{ callbackId: before?.callbackId, signatureKey: before?.signatureKey }]);
}

/** The run before did all that is asked. */
const isSettled = () => stack.ok("preview", "--refresh", "--expect-no-changes");

describe("objects that somebody made in Setup", () => {
  test("a subscription with the same typed name is left alone, whatever the name looks like", async () => {
    stack.program(program());
    await stack.ok("up");
    const callbackId = (await callbackNow())?.callbackId ?? "";
    const theirs = { subscriptionName: "orders-1a2b3c4", callbackId, eventCategoryTypes: [SENT] };
    const id = await world.simulator.admin.add("subscriptions", theirs);
    stack.program(program({ subscription: { subscriptionName: "orders-1a2b3c4" } }));
    const refused = await stack.pulumi("up");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("Choose another subscriptionName");
    expect((await live()).subscriptions.map(({ subscriptionId }) => subscriptionId)).toContain(id);
  });

  test("a verified callback at the same url is left alone, whatever its name looks like", async () => {
    const theirs = { callbackName: "orders-1a2b3c4", url: URL, status: "verified" } as const;
    await world.simulator.admin.add("callbacks", theirs);
    const before = await callbackNow();
    stack.program(program({ callback: { callbackName: "orders-1a2b3c4" } }));
    await expectStopped(await stack.pulumi("up"), before);
    stack.program(program({ callback: { adopt: "always" } }));
    await stack.ok("up");
    await isSettled();
    expect(await callbackNow()).toMatchObject({ callbackId: before?.callbackId, signatureKey: before?.signatureKey });
  });
});

describe("a finished callback that the state does not know", () => {
  test("retained by an option: the next run stops, and ENS_RECOVER takes it over with a new key", async () => {
    stack.program(program({ options: "retainOnDelete: true" }));
    await stack.ok("up");
    const before = await callbackNow();
    await stack.ok("destroy");
    await expectStopped(await stack.pulumi("up"), before);
    const { code, output } = await stack.shell(
      "ENS_RECOVER=take-over pulumi up --yes --skip-preview --stack dev --color never",
    );
    expect([code, output]).toEqual([0, expect.stringContaining("is taken over and gets a new signature key")]);
    const after = await callbackNow();
    expect(after?.callbackId).toBe(before?.callbackId);
    expect(after?.signatureKey).not.toBe(before?.signatureKey);
    expect(await keyInState()).toBe(after?.signatureKey);
    await isSettled();
  });

  test("with --continue-on-error, the run creates no callback after it, and all else", async () => {
    stack.program(program({ options: "retainOnDelete: true" }));
    await stack.ok("up");
    const before = await callbackNow();
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
    expect((await live()).authentications).toHaveLength(1);
  });

  test("taken out of the state: the next run stops, and adopt takes it over with the key that it has", async () => {
    stack.program(program());
    await stack.ok("up");
    const before = await callbackNow();
    const subscription = await subscriptionNow();
    for (const name of ["orders-sent", "orders"]) {
      await stack.ok("state", "delete", (await urnOf(name)) ?? "", "--yes", "--stack", "dev");
    }
    await expectStopped(await stack.pulumi("up"), before);
    stack.program(program({ callback: { adopt: "always" } }));
    const adopted = await stack.ok("up");
    expect(changes(adopted)).toEqual(["create orders", "create orders-sent"]);
    expect(adopted.output).toContain("of this resource already exists and is taken over in place");
    expect(await callbackNow()).toMatchObject({ callbackId: before?.callbackId, signatureKey: before?.signatureKey });
    expect((await live()).subscriptions).toEqual([subscription]);
    // Nobody has the key: the other advice.
    stack.program(program({ callback: { adopt: "always", signatureKeyVersion: 2 } }));
    await stack.ok("up");
    await isSettled();
    expect(await keyInState()).toBe((await callbackNow())?.signatureKey);
  });
});

describe("one object, two entries", () => {
  test("adopt left in the program and the resource renamed: objects, ids and key survive", async () => {
    const adopting = { callback: { adopt: "always" }, subscription: { adopt: "always" } };
    stack.program(program(adopting));
    await stack.ok("up");
    const [callback, subscription] = [await callbackNow(), await subscriptionNow()];
    stack.program(program({ ...adopting, name: "sales" }));
    const renamed = await stack.ok("up", "--refresh");
    expect(renamed.output).toContain("stays in ENS, because another resource of this stack manages it now");
    expect(await callbackNow()).toMatchObject({
      callbackId: callback?.callbackId,
      signatureKey: callback?.signatureKey,
      callbackName: expect.stringMatching(/^sales-/),
    });
    // The new resource generates another name, so that it has a subscription of its own, and the old one is deleted.
    expect((await live()).subscriptions).toHaveLength(1);
    expect((await subscriptionNow())?.subscriptionId).not.toBe(subscription?.subscriptionId);
    expect(await keyInState()).toBe(callback?.signatureKey);
    await isSettled();
  });

  test("the same without a refresh: the key leaves the state with a line that says so", async () => {
    stack.program(
      program({
        callback: { adopt: "always", callbackName: "Orders" },
        subscription: { adopt: "always", subscriptionName: "Sent" },
      }),
    );
    await stack.ok("up");
    const before = await live();
    stack.program(
      program({
        name: "sales",
        callback: { adopt: "always", callbackName: "Orders" },
        subscription: { adopt: "always", subscriptionName: "Sent" },
      }),
    );
    const { output } = await stack.ok("up");
    expect(output).toContain("Its signature key was only in the state of this resource and is no longer stored");
    expect(await live()).toEqual(before);
    await isSettled();
    await stack.ok("destroy");
    expect(await live()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
  });

  test("a run that was cut short leaves two entries: a targeted destroy of the old one is refused", async () => {
    stack.program(program({ callback: { adopt: "always" } }));
    await stack.ok("up");
    const old = await urnOf("orders");
    const text = (await stack.stored()).text;
    // The new entry was written and the object renamed when the run ended.
    stack.program(program({ callback: { adopt: "always" }, name: "sales" }));
    await stack.ok("up");
    const renamed = await callbackNow();
    await stack.edit(() => text);
    const { code, output } = await stack.pulumi("destroy", "--target", old ?? "", "--target-dependents");
    expect([code === 0, output]).toEqual([
      false,
      expect.stringContaining("so it may belong to that resource and was not deleted"),
    ]);
    expect(await callbackNow()).toEqual(renamed);
  });
});

describe("replaced on request", () => {
  test("--replace of a callback stops and names deleteBeforeReplace, which works", async () => {
    stack.program(program());
    await stack.ok("up");
    const before = await callbackNow();
    const urn = (await urnOf("orders")) ?? "";
    const stopped = await stack.pulumi("up", "--replace", urn);
    await expectStopped(stopped, before);
    expect(stopped.output).toContain("deleteBeforeReplace: true");
    stack.program(program({ options: "deleteBeforeReplace: true" }));
    await stack.ok("up", "--replace", urn);
    expect((await callbackNow())?.callbackId).not.toBe(before?.callbackId);
    expect(await keyInState()).toBe((await callbackNow())?.signatureKey);
    stack.program(program());
    await isSettled();
  });

  test("state taint of a subscription keeps it, and creates another one with deleteBeforeReplace", async () => {
    stack.program(program());
    await stack.ok("up");
    const before = await subscriptionNow();
    await stack.ok("state", "taint", (await urnOf("orders-sent")) ?? "", "--yes", "--stack", "dev");
    const kept = await stack.ok("up");
    expect(kept.output).toContain("is taken over in place");
    expect((await live()).subscriptions).toEqual([before]);
    stack.program(program({ subscriptionOptions: "deleteBeforeReplace: true" }));
    await stack.ok("up", "--replace", (await urnOf("orders-sent")) ?? "");
    expect((await subscriptionNow())?.subscriptionId).not.toBe(before?.subscriptionId);
    await isSettled();
  });
});

test("a new url that nobody verifies, taken back: the old callback is kept with its key", async () => {
  stack.program(program());
  await stack.ok("up");
  const before = await live();
  const key = await keyInState();
  world.receiver.verifies = false;
  stack.program(program({ callback: { url: `${URL}-new`, verification: { timeout: "1s" } } }));
  expect((await stack.pulumi("up")).code).not.toBe(0);
  expect((await live()).callbacks).toHaveLength(2);
  expect((await stack.stored()).text).not.toContain(key);
  stack.program(program());
  await stack.ok("up");
  expect(await live()).toEqual(before);
  expect(await keyInState()).toBe(key);
  await isSettled();
});

test("a provider process that outlives its killed CLI changes nothing more", async () => {
  world.receiver.verifies = false;
  stack.program(program());
  const ended = stack.pulumi("up");
  while ((await live()).callbacks.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  stack.killCli();
  await ended;
  await world.simulator.admin.clearJournal();
  await world.receiver.verifyNow();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const calls = await world.simulator.admin.journal({ client: "rest" });
  expect(calls.filter(({ method, path }) => method !== "GET" && !path.endsWith("/ens-verify"))).toEqual([]);
  expect((await callbackNow())?.callbackName).toMatch(/^orders-[0-9a-f]{12}-pending$/);
  await stack.ok("cancel", "--yes", "--stack", "dev");
  world.receiver.verifies = true;
  expect(changes(await stack.ok("up"))).toEqual(["create orders", "create orders-sent"]);
  expect(await keyInState()).toBe((await callbackNow())?.signatureKey);
  await isSettled();
});

test("deletedWith and import are refused by the constructor", async () => {
  stack.program(program({ subscriptionOptions: "deletedWith: callback" }));
  const { code, output } = await stack.pulumi("preview");
  expect([code === 0, output]).toEqual([
    false,
    expect.stringContaining(
      "the resource option deletedWith is not possible, because ENS never deletes an object together",
    ),
  ]);
});
