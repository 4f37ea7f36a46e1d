import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/initialization-failed";
import { generateName } from "../../provider/src/kinds/names";
import { subscription } from "../../provider/src/kinds/subscription";
import { formatOwner } from "../../provider/src/resources/frozen";
import type { Run } from "../../provider/src/run/run";
import { instantClock, lifecycleOf, ownerOf, runOf } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

const PATH = "/platform/v1/ens-subscriptions";
let simulator: Simulator;
let receiver: Receiver;
let ens: Run;
let subscriptions: ReturnType<typeof lifecycleOf>;
let program: Record<string, unknown>;

const callbackAt = async (path: string) =>
  lifecycleOf(callback, ens).up({ callbackName: path, url: `https://hooks.example.org/${path}` });
const stored = async () => (await simulator.admin.state()).subscriptions;
const hurried = () => lifecycleOf(subscription, runOf(simulator, instantClock()));
const failed = (attempt: Promise<unknown>) =>
  attempt.then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt({ restUrl: simulator.restUrl, authUrl: simulator.authUrl });
  ens = runOf(simulator);
  subscriptions = lifecycleOf(subscription, ens);
  const { id: callbackId } = await callbackAt("orders");
  program = {
    subscriptionName: "sent",
    callbackId,
    eventCategoryTypes: ["TransactionalSendEvents.EmailSent", "TransactionalSendEvents.EmailNotSent"],
    filters: { definitionKey: "order-confirm" },
  };
});
afterEach(async () => {
  await ens.close();
  await simulator.close();
  await receiver.close();
});

test("a subscription is created, not changed, updated, paused, resumed, moved and deleted", async () => {
  const created = await subscriptions.up(program);
  expect(created).toMatchObject({
    did: "create",
    state: { status: "active", filters: ["definitionKey=order-confirm"] },
  });
  expect((await subscriptions.up(program, created)).did).toBe("nothing");

  const wanted = {
    ...program,
    subscriptionName: "all",
    eventCategoryTypes: ["EngagementEvents.EmailOpen"],
    filters: [],
  };
  const updated = await subscriptions.up(wanted, created);
  expect(updated.did).toBe("update");
  expect(await stored()).toMatchObject([
    {
      subscriptionId: created.id,
      subscriptionName: "all",
      eventCategoryTypes: ["EngagementEvents.EmailOpen"],
      filters: [],
    },
  ]);

  const paused = await subscriptions.up({ ...wanted, status: "paused", statusReason: "maintenance" }, updated);
  expect(paused).toMatchObject({ did: "update", state: { status: "paused", statusReason: "maintenance" } });
  expect(await stored()).toMatchObject([{ status: "paused", statusReason: "maintenance" }]);
  const resumed = await subscriptions.up(wanted, paused);
  expect(resumed).toMatchObject({ did: "update", state: { status: "active" } });

  const { id: other } = await callbackAt("other");
  const moved = await subscriptions.up({ ...wanted, callbackId: other }, resumed);
  expect(moved.did).toBe("replace");
  expect(await stored()).toMatchObject([{ subscriptionId: moved.id, callbackId: other }]);
  await subscriptions.remove(moved);
  await subscriptions.remove(moved);
  expect(await stored()).toEqual([]);
});

test("values are sent sorted without repetitions, and another order or form is updated without a request", async () => {
  const [sent, notSent] = program.eventCategoryTypes as [string, string];
  const wanted = {
    ...program,
    eventCategoryTypes: [sent, notSent, sent],
    filters: { statusCode: 1, definitionKey: "order-confirm" },
  };
  const created = await subscriptions.up(wanted);
  const filters = ["definitionKey=order-confirm", "statusCode=1"];
  expect(await stored()).toMatchObject([{ eventCategoryTypes: [notSent, sent], filters }]);
  const state = { filters: filters.toReversed(), filtersForm: "object", eventCategoryTypes: [sent, notSent, sent] };
  expect(created.state).toMatchObject(state);
  await simulator.admin.clearJournal();
  let now = created;
  for (const [change, outputs] of [
    [{ eventCategoryTypes: [notSent, sent] }, { eventCategoryTypes: [notSent, sent] }],
    [{ filters: filters.toReversed() }, { filtersForm: "list" }],
    [{ filters }, { filtersForm: "list", filters }],
    [{ filters: [...filters, ...filters] }, { filtersForm: "list", filters: [...filters, ...filters] }],
  ]) {
    const respelled = await subscriptions.up({ ...wanted, ...change }, now);
    expect(respelled).toEqual({ ...created, did: "update", state: { ...created.state, ...outputs } });
    expect((await subscriptions.up({ ...wanted, ...change }, respelled)).did).toBe("nothing");
    now = respelled;
  }
  expect(await simulator.admin.journal()).toEqual([]);
  expect(await lifecycleOf(subscription, runOf(simulator)).read(now)).toEqual({ props: now.state });
});

test("a state of a version before 0.3 gets the form with the first update, and shows no change before", async () => {
  const created = await subscriptions.up(program);
  const { filtersForm: _, ...old } = created.state;
  const types = (program.eventCategoryTypes as string[]).toSorted();
  const before = { id: created.id, state: { ...old, eventCategoryTypes: types } };
  expect((await subscriptions.up(program, before)).did).toBe("nothing");
  const live = await lifecycleOf(subscription, runOf(simulator)).read(before);
  expect(live).toEqual({ props: before.state });
  const paused = await subscriptions.up({ ...program, status: "paused" }, before);
  expect(paused.state).toEqual({ ...created.state, status: "paused" });
});

test("a new paused subscription is paused after its creation", async () => {
  const created = await subscriptions.up({ ...program, status: "paused" });
  expect(created.state).toMatchObject({ status: "paused", statusReason: "set by pulumi-ens" });
  expect(await stored()).toMatchObject([{ status: "paused", statusReason: "set by pulumi-ens" }]);
});

test("a subscription that was created but not paused is kept, and the next run pauses it", async () => {
  await simulator.admin.faults([{ method: "PUT", path: PATH, kind: "status", status: 400, errorcode: 30000 }]);
  const failure = await failed(subscriptions.up({ ...program, status: "paused" }));
  expect(failure).toBeInstanceOf(InitializationFailed);
  const { resourceId: id, state } = failure as InitializationFailed;
  const resumed = await subscriptions.up({ ...program, status: "paused" }, { id, state: { ...state } });
  expect(resumed).toMatchObject({ did: "update", id, state: { status: "paused" } });
  expect(await stored()).toHaveLength(1);
});

test("a create whose response was lost continues with the subscription that ENS created", async () => {
  await simulator.admin.faults([{ method: "POST", path: PATH, kind: "answer-lost" }]);
  const created = await subscriptions.up(program);
  expect(await stored()).toMatchObject([{ subscriptionId: created.id }]);
});

describe("a subscription with a generated name that is not in the state", () => {
  const said: string[] = [];
  const later = () => lifecycleOf(subscription, runOf(simulator, instantClock(), said));
  let auto: Record<string, unknown>;
  beforeEach(() => {
    said.length = 0;
    const { subscriptionName: _, ...rest } = program;
    auto = { ...rest, owner: ownerOf("sent") };
  });

  test("is taken over in place and updated, so that its deliveries continue", async () => {
    const first = await subscriptions.up(auto);
    expect(first.state).toMatchObject({ subscriptionName: expect.stringMatching(/^sent-[0-9a-f]{7}$/) });
    await simulator.admin.clearJournal();
    const again = await later().up({ ...auto, filters: [], status: "paused" });
    expect(again).toMatchObject({ did: "create", id: first.id, state: { filters: [], status: "paused" } });
    expect(await stored()).toMatchObject([{ subscriptionId: first.id, filters: [], status: "paused" }]);
    expect(said).toEqual([
      `subscription ${first.id} (${first.state.subscriptionName}) of this resource already exists and is taken over in place`,
    ]);
    const methods = (await simulator.admin.journal({ client: "rest" })).map(({ method }) => method);
    expect(methods).not.toContain("DELETE");
    expect((await later().up({ ...auto, filters: [], status: "paused" }, again)).did).toBe("nothing");
  });

  test("and that matches the program is taken over without an update", async () => {
    const first = await subscriptions.up(auto);
    await simulator.admin.clearJournal();
    const again = await later().up(auto);
    const { createdAt: _, ...state } = again.state;
    expect(first).toMatchObject({ id: again.id, state });
    const calls = await simulator.admin.journal({ client: "rest" });
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(["GET"]));
  });

  test("is not taken over if another resource or stack created it, or if the program sets its name", async () => {
    const first = await subscriptions.up(auto);
    const { subscriptionName } = first.state;
    const before = await stored();
    const typed = await failed(later().up({ ...auto, subscriptionName }));
    expect(typed.message).toContain(
      `has a subscription ${subscriptionName} (${first.id}) that this resource did not create.`,
    );
    const owners = [ownerOf("opened"), formatOwner(["shop", "prod", "", "sent"])];
    for (const owner of owners) {
      const other = await later().up({ ...auto, owner });
      expect(other.id).not.toBe(first.id);
      await later().remove(other);
    }
    expect(await stored()).toEqual(before);
    expect(said).toEqual([]);
  });

  test("is kept when the entry that it replaces is deleted, because ENS accepts a name only once", async () => {
    const first = await subscriptions.up(auto);
    const replacing = later();
    await replacing.read(first);
    const second = await replacing.up(auto); // pulumi up --replace
    expect(second.id).toBe(first.id);
    expect(second.state).not.toHaveProperty("replaces");
    await replacing.remove(first);
    expect(await stored()).toMatchObject([{ subscriptionId: first.id }]);
    expect(said).toEqual([
      expect.stringMatching(
        /taken over in place, because ENS accepts a name only once\. .* the resource option deleteBeforeReplace: true\.$/,
      ),
      `subscription ${first.id} (${first.state.subscriptionName}) stays in ENS, because its replacement manages it now`,
    ]);
    await replacing.remove(second);
    expect(await stored()).toEqual([]);
  });

  test("is not taken over from another resource of this stack, whatever its name", async () => {
    const first = await subscriptions.up(auto);
    const run = lifecycleOf(subscription, runOf(simulator, instantClock(), said));
    await run.read({ ...first, state: { ...first.state, owner: ownerOf("renamed") } });
    const failure = await failed(run.up(auto));
    expect(failure.message).toContain(`another resource of this stack manages subscription ${first.id}, whose name`);
    expect(failure.message).toContain("Run 'pulumi up' again after the other resource has its new name.");
    expect(await stored()).toMatchObject([{ subscriptionId: first.id }]);
  });
});

test("a create whose response was lost does not take over another subscription with the same set name", async () => {
  const foreign = await subscriptions.up({ ...program, filters: [] });
  await simulator.admin.faults([{ method: "POST", path: PATH, kind: "reset" }]);
  const failure = await failed(hurried().up(program));
  expect(failure.message).toContain("POST /platform/v1/ens-subscriptions");
  expect(await stored()).toMatchObject([{ subscriptionId: foreign.id, filters: [] }]);
});

test("the next run sends an unconfirmed update again, even if the program is reverted, unless a refresh confirms it", async () => {
  const created = await subscriptions.up(program);
  await simulator.admin.faults([{ method: "PUT", path: PATH, kind: "answer-lost", times: 5 }]);
  const failure = await failed(hurried().up({ ...program, filters: [], status: "paused" }, created));
  expect(failure).toBeInstanceOf(InitializationFailed);
  expect(failure.message).toMatch(
    /^subscription .* exists but does not match the program: PUT .* got no response: .*\nRun 'pulumi up' again\.$/,
  );
  const { resourceId: id, state } = failure as InitializationFailed;
  const kept = { id, state: { ...state } };
  // The form of the filters is known, whatever the result of the update.
  expect(kept).toEqual({ id: created.id, state: { ...created.state, filtersForm: "list", unconfirmed: true } });
  expect(await stored()).toMatchObject([{ filters: [], status: "paused" }]);

  const live = await lifecycleOf(subscription, runOf(simulator)).read(kept);
  expect(live?.props).toMatchObject({ filters: [], status: "paused" });
  expect(live?.props).not.toHaveProperty("unconfirmed");
  const done = await subscriptions.up(program, kept);
  expect(done).toEqual({ ...created, did: "update" });
  expect(await stored()).toMatchObject([{ filters: ["definitionKey=order-confirm"], status: "active" }]);
});

test("the message about a name of somebody else's subscription contains its id", async () => {
  const foreign = await subscriptions.up(program);
  const failure = await failed(subscriptions.up(program));
  expect(failure.message).toContain(`has a subscription sent (${foreign.id}) that this resource did not create.`);
  expect(failure.message).toContain('Choose another subscriptionName, or adopt the subscription with adopt: "always".');
});

test("adopt takes over and updates only the subscription of that name", async () => {
  const foreign = await subscriptions.up({ ...program, filters: [], status: "paused" });
  const wanted = { ...program, adopt: "always" };
  const adopted = await subscriptions.up(wanted);
  expect(adopted).toMatchObject({ did: "create", id: foreign.id });
  expect(await stored()).toMatchObject([
    { subscriptionId: foreign.id, filters: ["definitionKey=order-confirm"], status: "active" },
  ]);
  expect((await subscriptions.up(program, adopted)).did).toBe("nothing");
  expect(adopted.state).not.toHaveProperty("generatedName");
  const other = await subscriptions.up({ ...wanted, subscriptionName: "other" });
  expect((await stored()).map(({ subscriptionId }) => subscriptionId)).toEqual([foreign.id, other.id]);
  expect((await failed(subscriptions.up({ ...program, adopt: "sometimes" }))).message).toBe(
    'adopt "sometimes" is not one of never, always',
  );
});

test("adopt does not update a subscription that matches the program", async () => {
  await subscriptions.up(program);
  await simulator.admin.clearJournal();
  await subscriptions.up({ ...program, adopt: "always" });
  const calls = (await simulator.admin.journal()).filter(({ path }) => path.startsWith("/platform/"));
  expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET /platform/v1/ens-subscriptions-by-cb/${program.callbackId}`,
  ]);
});

describe("a run that creates many", () => {
  const wanted = (name: string) => ({ ...program, subscriptionName: undefined, owner: ownerOf(name) });
  const nameOf = (name: string) => generateName(ownerOf(name), String(program.callbackId));
  let run: ReturnType<typeof lifecycleOf>;
  beforeEach(() => {
    run = lifecycleOf(subscription, runOf(simulator));
  });

  test("lists the subscriptions of a callback once if their names are generated", async () => {
    await simulator.admin.clearJournal();
    for (const name of ["one", "two", "three"]) await run.up(wanted(name));
    const calls = (await simulator.admin.journal()).filter(({ path }) => path.includes("/ens-subscriptions"));
    expect(calls.map(({ method }) => method)).toEqual(["GET", "POST", "POST", "POST"]);
  });

  test("adopts a subscription that was created after the list", async () => {
    await run.up(wanted("first"));
    const theirs = await subscriptions.up({ ...program, subscriptionName: nameOf("second") });
    expect((await run.up({ ...wanted("second"), adopt: "always" })).id).toBe(theirs.id);
  });

  test("does not take over an equal subscription with the same set name after a lost response", async () => {
    await run.up(wanted("first"));
    await run.up({ ...program, subscriptionName: "typed first" });
    await subscriptions.up({ ...program, subscriptionName: "typed" });
    await simulator.admin.faults([
      { method: "POST", path: "/platform/v1/ens-subscriptions", kind: "status", status: 500, times: 9 },
    ]);
    await expect(run.up({ ...program, subscriptionName: "typed" })).rejects.toThrow("returned 500");
  });
});

test("the message names an unverified callback as the reason", async () => {
  const callbackId = String(program.callbackId);
  await simulator.admin.patch("callbacks", callbackId, { status: "unverified" });
  const failure = await failed(subscriptions.up(program));
  expect(failure.message).toContain(`Callback ${callbackId} is "unverified". It must be verified before`);
});

test("a create is repeated if ENS does not accept subscriptions for a verified callback yet", async () => {
  await simulator.admin.faults([
    { method: "POST", path: PATH, kind: "status", status: 400, errorcode: 30001, times: 3 },
  ]);
  const created = await hurried().up(program);
  expect(await stored()).toMatchObject([{ subscriptionId: created.id }]);
});

test("a rejection that is not transient fails at once", async () => {
  const clock = instantClock();
  const kind = lifecycleOf(subscription, runOf(simulator, clock));
  const failure = await failed(kind.up({ ...program, eventCategoryTypes: ["Nobody.KnowsIt"] }));
  expect(failure.message).toContain("POST /platform/v1/ens-subscriptions returned 400 (errorcode 10005)");
  expect(clock.slept).toBe(0);
});

test("each property that was changed in ENS is read back, and one run repairs it", async () => {
  const created = await subscriptions.up(program);
  const drift = {
    subscriptionName: "drifted",
    eventCategoryTypes: ["EngagementEvents.EmailClick"],
    filters: [],
    status: "paused",
    statusReason: "by hand",
  };
  for (const [property, value] of Object.entries(drift).filter(([key]) => key !== "statusReason")) {
    await simulator.admin.patch("subscriptions", created.id, { [property]: value });
    const live = await lifecycleOf(subscription, runOf(simulator)).read(created);
    expect(live?.inputs).toMatchObject({ [property]: property === "filters" ? {} : value });
    const repaired = await subscriptions.up(program, { id: created.id, state: live?.props ?? {} });
    expect(repaired.did).toBe("update");
  }
  expect(await lifecycleOf(subscription, runOf(simulator)).read(created)).toEqual({ props: created.state });
});

test.each([
  [{ definitionKey: "a" }, ["statusCode=1", "definitionKey=a=b"], { definitionKey: "a=b", statusCode: "1" }],
  [{ definitionKey: "a" }, ["definitionKey=a", "definitionKey=b"], ["definitionKey=a", "definitionKey=b"]],
  [["definitionKey=a"], ["statusCode=1", "definitionKey=a"], ["definitionKey=a", "statusCode=1"]],
])("filters %j that somebody changed to %j are read back in the form of the program", async (filters, texts, read) => {
  const created = await subscriptions.up({ ...program, filters });
  await simulator.admin.patch("subscriptions", created.id, { filters: texts });
  const live = await lifecycleOf(subscription, runOf(simulator)).read(created);
  expect(live?.inputs).toMatchObject({ filters: read });
  expect((await subscriptions.up({ ...program, filters: read }, { ...created, state: live?.props ?? {} })).did).toBe(
    Array.isArray(read) === Array.isArray(filters) ? "nothing" : "update",
  );
});

test("drift of filters in a state of a version before 0.3 does not guess the form in the program", async () => {
  const created = await subscriptions.up(program);
  const { filtersForm: _, ...state } = created.state;
  await simulator.admin.patch("subscriptions", created.id, { filters: ["statusCode=1"] });
  const live = await lifecycleOf(subscription, runOf(simulator)).read({ ...created, state });
  expect(live).toEqual({ props: { ...state, filters: ["statusCode=1"] } });
  expect((await subscriptions.up(program, { ...created, state: live?.props ?? {} })).did).toBe("update");
});

test("thirty subscriptions of two callbacks are read with two requests", async () => {
  const { id: other } = await callbackAt("other");
  const made = [];
  for (let at = 0; at < 30; at += 1) {
    const callbackId = at % 2 === 0 ? other : program.callbackId;
    made.push(await subscriptions.up({ ...program, callbackId, subscriptionName: `many-${at}` }));
  }
  const fresh = lifecycleOf(subscription, runOf(simulator));
  await simulator.admin.clearJournal();
  await Promise.all(made.map((each) => fresh.read(each)));
  const reads = (await simulator.admin.journal()).filter(({ path }) => path.startsWith("/platform/"));
  expect(reads).toHaveLength(2);
});
