import { type Answers, QUESTIONS, type Simulator, startSimulator } from "pulumi-ens-simulator";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import { type Done, lifecycleOf, ownerOf, runOf, sharedClock } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

let simulator: Simulator;
let receiver: Receiver;
let clock: ReturnType<typeof sharedClock>;
/** Each step is a separate run. */
const callbacks = () => lifecycleOf(callback, runOf(simulator, clock));

beforeEach(async () => {
  receiver = await startReceiver();
  const connectTo = { "hooks.example.org": receiver.address };
  simulator = await startSimulator({ clock: "frozen", connectTo, switches: { callAuthUrl: "off" } });
  receiver.verifyAt(simulator);
  clock = sharedClock(simulator);
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

const url = "https://hooks.example.org/orders";
const stored = async () => (await simulator.admin.state()).callbacks;
const scheme = () =>
  lifecycleOf(authScheme, runOf(simulator, clock)).up({
    grantType: "client_credentials",
    authUrl: "https://login.example.org/token",
    clientId: "client",
    clientSecret: "marker",
  });
/** Expects that the object matches the program, that a run changes nothing, and that a refresh finds no drift. */
async function settled(program: object, done: Done): Promise<Done> {
  expect((await callbacks().up({ ...program }, done)).did).toBe("nothing");
  expect(await callbacks().read(done)).toEqual({ props: done.state });
  return done;
}

const POSITIONS: Answers[] = [
  ...(
    [
      ...["putUrl", "putResetsDefaults", "authIdOmitted", "exposeAuthId", "authIdClear", "uniqueCallbackNames"],
      ...["duplicateStatus", "unverifiedStatus", "listShape", "emptyList", "shuffle", "deleteBody", "repeatDelete"],
      ...["orphanOnProbeFailure", "reverify", "authGet"],
    ] as const
  ).flatMap((name) => {
    const question = QUESTIONS[name as keyof typeof QUESTIONS];
    return "choices" in question ? question.choices.map((choice) => ({ [name]: choice })) : [];
  }),
  { authIdOnPut: "accept" },
  ...[5, 30].map((readLag) => ({ readLag })),
  { associationLag: 120 },
  { readLag: 30, shuffle: "on", emptyList: "404", listShape: "items", exposeAuthId: "off", authIdOmitted: "clear" },
];

test.each(POSITIONS)("with %j a callback is created, updated, rotated, moved and deleted", async (answers) => {
  await simulator.admin.switches(answers);
  const keepsScheme = answers.authIdClear === "ignored";
  const [one, other] = [await scheme(), await scheme()];
  const program = { url, owner: ownerOf("orders"), maxBatchSize: 300, authId: one.id };
  const created = await settled(program, await callbacks().up(program));
  expect(await stored()).toMatchObject([
    { callbackId: created.id, callbackName: created.state.callbackName, maxBatchSize: 300, authId: one.id },
  ]);
  const renamed = { ...program, callbackName: "Orders" };
  const named = await settled(renamed, await callbacks().up(renamed, created));
  expect(await stored()).toMatchObject([{ callbackName: "Orders", maxBatchSize: 300, authId: one.id }]);
  const rotated = { ...renamed, signatureKeyVersion: 2 };
  const regenerated = await settled(rotated, await callbacks().up(rotated, named));
  expect(await stored()).toMatchObject([{ signatureKey: regenerated.state.signatureKey, authId: one.id }]);
  const switched = { ...rotated, authId: other.id, maxBatchSize: 100 };
  const changed = await settled(switched, await callbacks().up(switched, regenerated));
  expect(await stored()).toMatchObject([{ authId: other.id, maxBatchSize: 100 }]);
  const { authId: _, ...bare } = switched;
  const last = keepsScheme ? switched : bare;
  const without = keepsScheme ? changed : await settled(bare, await callbacks().up(bare, changed));
  if (!keepsScheme) expect((await stored())[0]).not.toHaveProperty("authId");
  const elsewhere = { ...last, url: `${url}/new` };
  const moved = await settled(elsewhere, await callbacks().up(elsewhere, without));
  expect(moved.did).toBe("replace");
  expect(await stored()).toMatchObject([{ callbackId: moved.id, signatureKey: moved.state.signatureKey }]);
  await callbacks().remove(moved);
  await callbacks().remove(moved);
  expect(await stored()).toEqual([]);
});

test("a scheme that ENS does not detach fails the update with a hint", async () => {
  await simulator.admin.switches({ authIdClear: "ignored" });
  const { id: authId } = await scheme();
  const program = { url, owner: ownerOf("orders") };
  const created = await callbacks().up({ ...program, authId });
  const why = `ENS kept auth scheme ${authId} on callback ${created.id}. Replace the callback to detach the scheme.`;
  await expect(callbacks().up(program, created)).rejects.toThrow(why);
});

test("a scheme that ENS does not attach fails the update with a hint", async () => {
  await simulator.admin.switches({ authIdOnPut: "ignore" });
  const [one, other] = [await scheme(), await scheme()];
  const program = { url, owner: ownerOf("orders"), authId: one.id };
  const created = await callbacks().up(program);
  await expect(callbacks().up({ ...program, authId: other.id }, created)).rejects.toThrow(
    `ENS kept auth scheme ${one.id} on callback ${created.id}, but the program requires ${other.id}. Replace the callback`,
  );
  const renamed = { ...program, callbackName: "Orders" };
  await settled(renamed, await callbacks().up(renamed, created));
});

test.each(["on", "off"] as const)(
  "if ENS rejects a scheme in an update, the other properties are updated without it (exposeAuthId %s)",
  async (exposeAuthId) => {
    await simulator.admin.switches({ authIdOnPut: "refuse", exposeAuthId });
    const { id: authId } = await scheme();
    const program = { url, owner: ownerOf("orders"), authId };
    const created = await settled(program, await callbacks().up(program));
    const changed = { ...program, callbackName: "Orders", maxBatchSize: 200 };
    await settled(changed, await callbacks().up(changed, created));
    expect(await stored()).toMatchObject([{ callbackName: "Orders", maxBatchSize: 200, authId }]);
  },
);
