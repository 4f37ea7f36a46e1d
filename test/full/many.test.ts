import { changes } from "../support/engine";
import { CREDENTIALS, startWorld } from "../support/world";

const [CALLBACKS, EACH] = [25, 39];
const ALL = 1 + CALLBACKS + CALLBACKS * EACH;
/** Disables checkpoints, because a write of the whole state takes longer than the step before it. */
const QUICK = { PULUMI_SKIP_CHECKPOINTS: "true" };

const program = (callbacks: number, each: number) => `
  const authUrl = "https://login.example.org/token";
  const authScheme = new ens.AuthScheme("idp", { grantType: "client_credentials", authUrl, ...${JSON.stringify(CREDENTIALS)} });
  for (let c = 0; c < ${callbacks}; c += 1) {
    const callback = new ens.Callback("c" + c, { url: "https://hooks.example.org/" + c, authScheme });
    for (let s = 0; s < ${each}; s += 1) {
      new ens.Subscription("s" + c + "-" + s, { callback, eventCategoryTypes: ["EngagementEvents.EmailOpen"] });
    }
  }`;

test("the first run with 1,001 objects succeeds with few requests, although ENS shows changes with a delay", async () => {
  // With so many requests, some request would get an expired token twice, which is an error. So no token expires early.
  const world = await startWorld({ faults: { rate: 0 } }, QUICK);
  const { simulator, stack } = world;
  try {
    stack.program(program(CALLBACKS, EACH));
    await stack.ok("up");
    const made = await simulator.admin.state();
    expect(made.authentications.length + made.callbacks.length + made.subscriptions.length).toBe(ALL);
    // A callback needs several requests: create, wait, rename. A subscription needs only its POST.
    const creating = await simulator.admin.journal({ client: "rest" });
    expect(creating.length).toBeLessThanOrEqual(CALLBACKS * EACH + CALLBACKS * 8 + 5);
    await simulator.admin.switches({ associationLag: 5 });
    await simulator.admin.clearJournal();
    const kinds = changes(await stack.ok("destroy")).map((step) => step.replace(/[\d-]+$/, ""));
    expect(kinds).toHaveLength(ALL);
    expect([kinds.lastIndexOf("delete s"), kinds.lastIndexOf("delete c"), kinds.at(-1)]).toEqual([
      CALLBACKS * EACH - 1,
      CALLBACKS * EACH + CALLBACKS - 1,
      "delete idp",
    ]);
    expect(await simulator.admin.state()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
    const calls = await simulator.admin.journal({ client: "rest" });
    // Each object needs one request. Each callback and the scheme need repeated requests for five seconds, two lists of
    // the objects in the way and one list of the names. One request finds the business unit.
    expect(calls.length).toBeLessThanOrEqual(ALL + (CALLBACKS + 1) * 10 + 1);
  } finally {
    await world.close();
  }
});

test("the first run succeeds although ENS accepts only 50 requests a second, and ENS rejects few requests", async () => {
  const world = await startWorld({ faults: { rate: 0 }, switches: { rateLimit: 50 } }, QUICK);
  const { simulator, stack } = world;
  try {
    stack.program(program(4, 50));
    await stack.ok("up");
    expect((await simulator.admin.state()).subscriptions).toHaveLength(200);
    await stack.ok("destroy");
    expect(await simulator.admin.state()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
    const calls = await simulator.admin.journal({ client: "rest" });
    // In each of the two runs, ENS rejects the requests that are in progress at the first rejection, and one or two in
    // each retry.
    expect(calls.filter(({ status }) => status === 429).length).toBeLessThanOrEqual(40);
  } finally {
    await world.close();
  }
});
