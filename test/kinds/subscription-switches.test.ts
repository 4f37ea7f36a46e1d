import { type Answers, QUESTIONS, type Simulator, startSimulator } from "pulumi-ens-simulator";
import type { Clock } from "../../provider/src/ens/clock";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/initialization-failed";
import { subscription } from "../../provider/src/kinds/subscription";
import { lifecycleOf, ownerOf, runOf, sharedClock } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

const PATH = "/platform/v1/ens-subscriptions";
const SENT = "TransactionalSendEvents.EmailSent";
let simulator: Simulator;
let receiver: Receiver;
let clock: Clock & { slept: number };
let callbacks: ReturnType<typeof lifecycleOf>;
let subscriptions: ReturnType<typeof lifecycleOf>;

beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ clock: "frozen", connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt(simulator);
  clock = sharedClock(simulator);
  const ens = runOf(simulator, clock);
  [callbacks, subscriptions] = [lifecycleOf(callback, ens), lifecycleOf(subscription, ens)];
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const callbackAt = async (path: string) =>
  (await callbacks.up({ callbackName: path, url: `https://hooks.example.org/${path}` })).id;
const programFor = (callbackId: string) => ({
  subscriptionName: "sent",
  callbackId,
  eventCategoryTypes: ["TransactionalSendEvents.EmailNotSent", SENT],
  filters: { definitionKey: "order-confirm" },
});
const stored = async () => (await simulator.admin.state()).subscriptions;
const failed = (attempt: Promise<unknown>) =>
  attempt.then(
    () => new Error("it did not fail"),
    (error: Error) => error,
  );
/** Expects that the object matches the program, that a run changes nothing, and that a refresh finds no drift. */
async function settled(program: object, done: Awaited<ReturnType<typeof subscriptions.up>>) {
  expect((await subscriptions.up({ ...program }, done)).did).toBe("nothing");
  const live = await subscriptions.read(done);
  expect(live?.props).toEqual(done.state);
  return done;
}

const POSITIONS: Answers[] = [
  ...(
    [
      ...[
        "repeatTransition",
        "limitStatus",
        "unverifiedCallbackStatus",
        "filtersOmitted",
        "duplicateStatus",
        "shuffle",
      ],
      ...["statusReasonOnActive", "unknownSubscriptionOnPut", "listShape", "emptyList", "unknownTypes", "deleteBody"],
      ...["caseSensitiveTypes", "repeatDelete", "uniquenessScope", "malformedId"],
    ] as const
  ).flatMap((name) => {
    const question = QUESTIONS[name as keyof typeof QUESTIONS];
    return "choices" in question ? question.choices.map((choice) => ({ [name]: choice })) : [];
  }),
  ...[5, 30].map((readLag) => ({ readLag })),
  ...[20, 120].map((verifyLag) => ({ verifyLag })),
  { readLag: 30, verifyLag: 120, shuffle: "on", emptyList: "404", listShape: "items" },
];

test.each(POSITIONS)(
  "with %j a subscription is created, updated, paused, resumed, moved and deleted",
  async (answers) => {
    await simulator.admin.switches(answers);
    const program = programFor(await callbackAt("orders"));
    const created = await settled(program, await subscriptions.up(program));
    const changed = { ...program, eventCategoryTypes: ["EngagementEvents.EmailOpen"], filters: [] };
    const updated = await settled(changed, await subscriptions.up(changed, created));
    expect(await stored()).toMatchObject([{ eventCategoryTypes: ["EngagementEvents.EmailOpen"], filters: [] }]);
    const paused = { ...changed, status: "paused", statusReason: "maintenance" };
    const stopped = await settled(paused, await subscriptions.up(paused, updated));
    expect(await stored()).toMatchObject([{ status: "paused", statusReason: "maintenance" }]);
    const resumed = await settled(changed, await subscriptions.up(changed, stopped));
    expect(await stored()).toMatchObject([{ status: "active" }]);
    const elsewhere = { ...paused, callbackId: await callbackAt("other") };
    const moved = await settled(elsewhere, await subscriptions.up(elsewhere, resumed));
    expect(await stored()).toMatchObject([{ subscriptionId: moved.id, status: "paused", statusReason: "maintenance" }]);
    await subscriptions.remove(moved);
    await subscriptions.remove(moved);
    expect(await stored()).toEqual([]);
  },
);

test.each(QUESTIONS.repeatTransition.choices)(
  "a subscription that somebody else has already paused or resumed is no failure (%s)",
  async (repeatTransition) => {
    await simulator.admin.switches({ repeatTransition });
    const program = programFor(await callbackAt("orders"));
    const created = await subscriptions.up(program);
    const paused = { ...program, status: "paused" };
    await simulator.admin.patch("subscriptions", created.id, { status: "paused", statusReason: "by hand" });
    const stopped = await settled(paused, await subscriptions.up(paused, created));
    await simulator.admin.patch("subscriptions", created.id, { status: "active" });
    const both = { ...program, filters: [] };
    await settled(both, await subscriptions.up(both, stopped));
    expect(await stored()).toMatchObject([{ status: "active", filters: [] }]);
  },
);

test.each(QUESTIONS.unknownSubscriptionOnPut.choices)(
  "an update of a deleted subscription fails with a 404 (%s)",
  async (status) => {
    await simulator.admin.switches({ unknownSubscriptionOnPut: status });
    const program = programFor(await callbackAt("orders"));
    const created = await subscriptions.up(program);
    await simulator.admin.remove("subscriptions", created.id);
    const failure = await failed(subscriptions.up({ ...program, filters: [] }, created));
    expect(failure).toMatchObject({ gone: true });
  },
);

test.each(QUESTIONS.limitStatus.choices)(
  "the message about the 201st subscription of a callback comes without a wait (%s)",
  async (limitStatus) => {
    await simulator.admin.switches({ limitStatus });
    const callbackId = await callbackAt("orders");
    for (let at = 0; at < 200; at += 1) {
      const subscriptionName = `other-${at}`;
      await simulator.admin.add("subscriptions", { subscriptionName, callbackId, eventCategoryTypes: [SENT] });
    }
    const before = clock.slept;
    const failure = await failed(subscriptions.up(programFor(callbackId)));
    expect(failure.message).toContain(
      `Callback ${callbackId} has 200 subscriptions, which is the maximum in ENS. Use another`,
    );
    expect(clock.slept).toBe(before);
  },
);

test.each(QUESTIONS.unverifiedCallbackStatus.choices)(
  "the message about an unverified callback comes without a wait (%s)",
  async (status) => {
    await simulator.admin.switches({ unverifiedCallbackStatus: status });
    const callbackId = await callbackAt("orders");
    await simulator.admin.patch("callbacks", callbackId, { status: "unverified" });
    const before = clock.slept;
    const failure = await failed(subscriptions.up(programFor(callbackId)));
    expect(failure.message).toContain(`Callback ${callbackId} is "unverified". It must be verified before it accepts`);
    expect(clock.slept).toBe(before);
  },
);

test("the message about a callback that does not exist comes without a wait", async () => {
  const callbackId = await callbackAt("orders");
  await simulator.admin.remove("callbacks", callbackId);
  const failure = await failed(subscriptions.up(programFor(callbackId)));
  expect(failure.message).toContain(`Callback ${callbackId} does not exist in this business unit`);
});

test.each(QUESTIONS.duplicateStatus.choices)(
  "the message about a used name names the subscription that has it (%s)",
  async (duplicateStatus) => {
    await simulator.admin.switches({ duplicateStatus });
    const program = programFor(await callbackAt("orders"));
    const other = await subscriptions.up(program);
    const before = clock.slept;
    const here = await failed(subscriptions.up(program));
    const whose = `Callback orders (${program.callbackId}) has a subscription sent (${other.id}) that this resource did not create.`;
    expect(here.message).toContain(`${whose} Choose another subscriptionName`);
    expect(clock.slept).toBe(before);
    const callbackId = await callbackAt("other");
    const later = clock.slept;
    const there = await failed(subscriptions.up({ ...program, callbackId }));
    expect(there.message).toContain(whose);
    // A 400 may also mean that the verification of the callback has not taken effect yet.
    expect(clock.slept > later).toBe(duplicateStatus === "400");
    const renamed = await subscriptions.up({ ...program, subscriptionName: "another" });
    const failure = await failed(subscriptions.up(program, renamed));
    expect(failure.message).toContain(whose);
  },
);

test.each(QUESTIONS.duplicateStatus.choices)(
  "a subscription of an interrupted run is taken over in place, even if ENS shows it with a delay (%s)",
  async (duplicateStatus) => {
    await simulator.admin.switches({ duplicateStatus, readLag: 30 });
    const { subscriptionName: _, ...program } = programFor(await callbackAt("orders"));
    const auto = { ...program, owner: ownerOf("sent") };
    const first = await subscriptions.up(auto);
    const said: string[] = [];
    const later = lifecycleOf(subscription, runOf(simulator, clock, said));
    const again = await later.up({ ...auto, filters: [] });
    expect(again).toMatchObject({ did: "create", id: first.id, state: { filters: [] } });
    expect(said).toEqual([expect.stringContaining("of this resource already exists and is taken over in place")]);
    expect(await stored()).toMatchObject([{ subscriptionId: first.id, filters: [] }]);
  },
);

test.each(QUESTIONS.duplicateStatus.choices)(
  "a subscription whose create response was lost is found, even if ENS shows it with a delay (%s)",
  async (duplicateStatus) => {
    await simulator.admin.switches({ duplicateStatus, readLag: 30 });
    const program = programFor(await callbackAt("orders"));
    await simulator.admin.faults([{ method: "POST", path: PATH, kind: "answer-lost" }]);
    const done = await settled(program, await subscriptions.up(program));
    expect(await stored()).toMatchObject([{ subscriptionId: done.id }]);
  },
);

test("a type whose case ENS corrects is no difference", async () => {
  await simulator.admin.switches({ caseSensitiveTypes: "off" });
  const program = {
    ...programFor(await callbackAt("orders")),
    eventCategoryTypes: ["transactionalsendevents.emailsent", "EngagementEvents.EMAILOPEN"],
  };
  const created = await settled(program, await subscriptions.up(program));
  expect((await stored())[0]?.eventCategoryTypes).toEqual(["EngagementEvents.EmailOpen", SENT]);
  const paused = { ...program, status: "paused" };
  const stopped = await settled(paused, await subscriptions.up(paused, created));
  const right = { ...paused, eventCategoryTypes: [SENT, "EngagementEvents.EmailOpen"] };
  await settled(right, await subscriptions.up(right, stopped));
});

test("a rejected create or update has hints about types and keys that are not documented", async () => {
  const program = programFor(await callbackAt("orders"));
  const typo = { eventCategoryTypes: ["TransactionalSendEvents.SMSSent"], filters: { definitionkey: "a" } };
  const texts = ["did you mean TransactionalSendEvents.SmsSent?", "did you mean definitionKey?"];
  const before = clock.slept;
  const refused = await failed(subscriptions.up({ ...program, ...typo }));
  for (const text of texts) expect(refused.message).toContain(text);
  const created = await subscriptions.up(program);
  const failure = await failed(subscriptions.up({ ...program, ...typo }, created));
  for (const text of texts) expect(failure.message).toContain(text);
  expect(clock.slept).toBe(before);
  await simulator.admin.switches({ unknownTypes: "accept" });
  await settled({ ...program, ...typo }, await subscriptions.up({ ...program, ...typo }, created));
});

test("a rejection of anything else in the body causes no wait", async () => {
  const program = programFor(await callbackAt("orders"));
  await simulator.admin.faults([{ method: "POST", path: PATH, kind: "status", status: 400, errorcode: 10003 }]);
  const before = clock.slept;
  const failure = await failed(subscriptions.up(program));
  expect(failure.message).toMatch(/returned 400 \(errorcode 10003\)[^;]*$/);
  expect(clock.slept).toBe(before);
});

test("a changed reason alone causes no update", async () => {
  const program = { ...programFor(await callbackAt("orders")), status: "paused", statusReason: "maintenance" };
  const created = await subscriptions.up(program);
  expect((await subscriptions.up({ ...program, statusReason: "holidays" }, created)).did).toBe("nothing");
});

test("an update that ENS accepts but does not apply fails, and the next run tries again", async () => {
  const program = programFor(await callbackAt("orders"));
  const created = await subscriptions.up(program);
  const wanted = { ...program, filters: [], status: "paused" };
  await simulator.admin.faults([{ method: "PUT", path: PATH, kind: "status", status: 200, times: 1 }]);
  const failure = await failed(subscriptions.up(wanted, created));
  expect(failure).toBeInstanceOf(InitializationFailed);
  expect(failure.message).toContain(
    "ENS accepted the update but still shows other values of filters and status after 30 s.",
  );
  const { resourceId: id, state } = failure as InitializationFailed;
  expect(state).toMatchObject({ filters: ["definitionKey=order-confirm"], status: "active" });
  const done = await subscriptions.up(wanted, { id, state: { ...state } });
  expect(done.did).toBe("update");
  await settled(wanted, done);
});
