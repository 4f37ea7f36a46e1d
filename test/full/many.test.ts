import { changes } from "../support/engine";
import { CREDENTIALS, startWorld } from "../support/world";

const [CALLBACKS, EACH] = [25, 39];
const ALL = 1 + CALLBACKS + CALLBACKS * EACH;
/** Each write of the whole state after a step costs more than the step itself. */
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

test("an environment of 1,001 objects goes at the first try, although ENS lags, and without hammering", async () => {
  // Among so many calls, one would meet an expired token twice, and that is a refusal.
  const world = await startWorld({ faults: { rate: 0 } }, QUICK);
  const { simulator, stack } = world;
  try {
    stack.program(program(CALLBACKS, EACH));
    await stack.ok("up");
    const made = await simulator.admin.state();
    expect(made.authentications.length + made.callbacks.length + made.subscriptions.length).toBe(ALL);
    // A callback is created, waited for and renamed; a subscription costs its POST.
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
    // One for each; and for each callback and the scheme, what five seconds of asking again, two looks at who is in the way
    // and one at the names cost; and one to learn the business unit.
    expect(calls.length).toBeLessThanOrEqual(ALL + (CALLBACKS + 1) * 10 + 1);
  } finally {
    await world.close();
  }
});

test("an environment goes at the first try although ENS takes 50 calls a second, and few of them are refused", async () => {
  const world = await startWorld({ faults: { rate: 0 }, switches: { rateLimit: 50 } }, QUICK);
  const { simulator, stack } = world;
  try {
    stack.program(program(4, 50));
    await stack.ok("up");
    expect((await simulator.admin.state()).subscriptions).toHaveLength(200);
    await stack.ok("destroy");
    expect(await simulator.admin.state()).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
    const calls = await simulator.admin.journal({ client: "rest" });
    // Those that are under way when the first is refused, in each of the two runs, and one or two for each later try.
    expect(calls.filter(({ status }) => status === 429).length).toBeLessThanOrEqual(40);
  } finally {
    await world.close();
  }
});
