import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { callback } from "../../provider/src/kinds/callback";
import { generateName } from "../../provider/src/kinds/names";
import { subscription } from "../../provider/src/kinds/subscription";
import { formatOwner } from "../../provider/src/resources/frozen";
import type { Run } from "../../provider/src/run/run";
import { instantClock, lifecycleOf, ownerOf, runOf } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";
import { CREDENTIALS } from "../support/world";

// An interrupted run before Pulumi wrote its state leaves finished callbacks and subscriptions that are not in the state.

let receiver: Receiver;
let simulator: Simulator;
let said: string[];
beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  said = [];
});
afterEach(async () => void (await Promise.all([simulator.close(), receiver.close()])));

const SENT = { eventCategoryTypes: ["TransactionalSendEvents.EmailSent"], filters: [] };
const urlOf = (name: string) => `https://hooks.example.org/${name}`;
const programOf = (name: string, owner = ownerOf(name)) => ({
  owner,
  url: urlOf(name),
  verification: { strategy: "none" },
});
const start = (takesOver = false) => runOf(simulator, instantClock(), said, { takesOver });
const up = (run: Run, name: string, more: object = {}) =>
  lifecycleOf(callback, run).up({ ...programOf(name), ...more });
const message = (done: Promise<unknown>) => done.then(String, (error: Error) => error.message);
const state = () => simulator.admin.state();

/** Creates a callback that an interrupted run has finished, with this number of subscriptions, and returns its id. */
async function leave(
  name: string,
  count = 0,
  { owner = ownerOf(name), ...more }: { owner?: string; authId?: string } = {},
) {
  const url = urlOf(name);
  const fields = {
    callbackName: generateName(owner, url),
    url,
    status: "verified",
    signatureKey: `lost ${name}`,
    ...more,
  };
  const callbackId = await simulator.admin.add("callbacks", fields);
  for (let at = 0; at < count; at += 1) {
    const subscriptionName = generateName(ownerOf(`${name}-${at}`), callbackId);
    await simulator.admin.add("subscriptions", { subscriptionName, callbackId, status: "active", ...SENT });
  }
  return callbackId;
}
const generated = (name: string) => generateName(ownerOf(name), urlOf(name));

describe("without ENS_RECOVER", () => {
  test("the first message covers all callbacks, and later creates fail without a request", async () => {
    const names = ["c0", "c1", "c2"];
    const [first] = await Promise.all([leave("c0", 2), leave("c1"), leave("c2", 1)]);
    const before = await state();
    const run = start();
    const ended: string[] = [];
    const [refused = "", ...later] = await Promise.all(
      names.map((name) => message(up(run, name)).finally(() => ended.push(name))),
    );
    expect(ended[0]).toBe("c0"); // the engine ends the run at the first failure, which should say all
    expect(refused.split("\n").slice(1, 5)).toEqual([
      "This is one of 3 callbacks of this program that are in ENS but not in the state. 2 of them have subscriptions: " +
        `${generated("c0")} (2), ${generated("c2")} (1).`,
      expect.stringMatching(
        /^Such callbacks come from a run that was interrupted .*, or were kept in ENS on purpose\. .* you must decide\./,
      ),
      "Options:",
      expect.stringContaining("run 'ENS_RECOVER=take-over pulumi up' once."),
    ]);
    const short =
      `this run creates no more callbacks, because callback ${first} (${generated("c0")}) needs your ` +
      "decision. See the message about that callback.";
    expect(later).toEqual([short, short]);
    await simulator.admin.clearJournal();
    expect(await message(up(run, "free"))).toBe(short);
    expect([await simulator.admin.journal(), await state()]).toEqual([[], before]);
  });

  test("callbacks that the program adopts or that this run has deleted are created nevertheless", async () => {
    await leave("c0");
    const kept = await leave("c1");
    const replaced = await up(start(), "c2");
    const run = start();
    await message(up(run, "c0"));
    expect(await up(run, "c1", { adopt: "always" })).toMatchObject({ id: kept, state: { adopted: true } });
    await lifecycleOf(callback, run).remove(replaced); // deleteBeforeReplace
    expect((await up(run, "c2")).did).toBe("create");
  });

  test("a rejection that ENS_RECOVER does not solve stops no other create", async () => {
    const theirs = { callbackName: "c0-1a2b3c4", url: urlOf("c0"), status: "verified" };
    await simulator.admin.add("callbacks", theirs);
    const mine = await up(start(), "c1");
    const run = start();
    expect(await message(up(run, "c0"))).toContain("already exists at https://hooks.example.org");
    await lifecycleOf(callback, run).up(programOf("c1"), mine); // the run is told of the entry
    expect(await message(up(run, "c1"))).toContain("deleteBeforeReplace: true"); // pulumi up --replace
    expect((await up(run, "free")).did).toBe("create");
  });

  test("the message does not count callbacks in the state or of others, and says what is unknown", async () => {
    const component = formatOwner(["shop", "dev", "urn:parent", "c1"]);
    await Promise.all([leave("c0", 1), leave("c1", 3, { owner: component }), leave("gone", 1)]);
    await leave("theirs", 0, { owner: formatOwner(["shop", "prod", "", "theirs"]) });
    const held = await up(start(), "held");
    const run = start();
    await lifecycleOf(callback, run).up(programOf("held"), held);
    const [refused = ""] = await Promise.all([message(up(run, "c0")), message(up(run, "c1", { owner: component }))]);
    const at = (name: string, owner: string) => generateName(owner, urlOf(name));
    expect(refused.split("\n")[1]).toBe(
      "This is one of 3 callbacks in ENS with names that this stack generates. 2 of them belong to this program and not " +
        "in the state. This run has not reached the other 1, which may be in the state. 3 of them have subscriptions: " +
        `${generated("c0")} (1), ${at("c1", component)} (3), ${generated("gone")} (1).`,
    );
  });
});

describe("with ENS_RECOVER", () => {
  test("warnings name each new key and the scheme, but no subscriptions", async () => {
    const authId = await simulator.admin.add("authentications", {
      authUrl: "https://login.example.org/token",
      ...CREDENTIALS,
    });
    const ids = await Promise.all([leave("c0", 2, { authId }), leave("c1", 1, { authId }), leave("c2")]);
    const run = start(true);
    const taken = await Promise.all(["c0", "c1", "c2"].map((name) => up(run, name)));
    expect(taken.map(({ id }) => id)).toEqual(ids);
    for (const [callbackId, name] of [
      [ids[0], "c0-0"],
      [ids[0], "c0-1"],
      [ids[1], "c1-0"],
    ] as const) {
      await lifecycleOf(subscription, run).up({ ...SENT, callbackId, owner: ownerOf(name) });
    }
    const { callbacks, subscriptions } = await state();
    expect(callbacks.map(({ signatureKey }) => signatureKey)).toEqual(taken.map((each) => each.state.signatureKey));
    expect(subscriptions).toHaveLength(3);
    const lines = ["c0", "c1", "c2"].map(
      (name, at) => `callback ${ids[at]} (${generated(name)}) is taken over and gets a new`,
    );
    const scheme = `auth scheme ${authId} is detached from the callbacks that are taken over, and is kept in ENS. `;
    const begins = [...lines, scheme].map((line) => expect.stringContaining(line));
    expect([...new Set(said)]).toEqual(expect.arrayContaining(begins));
    expect(new Set(said).size).toBe(4);
  });

  test("a callback at a free URL is created as usual", async () => {
    expect(await up(start(true), "free")).toMatchObject({ did: "create", state: { callbackName: generated("free") } });
    expect(said).toEqual([]);
  });
});

test("one warning covers all subscriptions of a callback that are missing in the state", async () => {
  const [many, one] = [await leave("c0", 3), await leave("c1", 1)];
  const run = start();
  for (const name of ["c0-0", "c0-1", "c0-2"]) {
    await lifecycleOf(subscription, run).up({ ...SENT, callbackId: many, owner: ownerOf(name) });
  }
  await lifecycleOf(subscription, run).up({ ...SENT, callbackId: one, owner: ownerOf("c1-0") });
  const taken = "of this resource already exists and is taken over in place";
  expect(said).toEqual([
    expect.stringContaining(
      `${taken}. Callback ${many} has 2 more subscriptions with a generated name. Those of this stack are taken over too.`,
    ),
    expect.stringMatching(new RegExp(`${taken}$`)),
  ]);
  expect((await state()).subscriptions).toHaveLength(4);
});
