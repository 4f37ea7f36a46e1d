import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { authScheme } from "../../provider/src/kinds/auth-scheme";
import { callback } from "../../provider/src/kinds/callback";
import { InitializationFailed } from "../../provider/src/kinds/initialization-failed";
import type { Values } from "../../provider/src/kinds/kind";
import type { Run } from "../../provider/src/run/run";
import { instantClock, lifecycleOf, ownerOf, runOf, type Stored } from "../support/lifecycle";
import { type Receiver, startReceiver } from "../support/receiver";

// Updates of which a step fails or a response is lost. The state records what took effect or may have taken effect, so that
// a reverted program repairs it.

const CALLBACKS = "/platform/v1/ens-callbacks";
const REGENERATE = "/platform/v1/ens-regenerate";
const program = { owner: ownerOf("orders"), url: "https://hooks.example.org/orders" };

let simulator: Simulator;
let receiver: Receiver;
let run: Run;
let callbacks: ReturnType<typeof lifecycleOf>;
beforeEach(async () => {
  receiver = await startReceiver();
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt(simulator);
  run = runOf(simulator, instantClock());
  callbacks = lifecycleOf(callback, run);
});
afterEach(async () => {
  await run.close();
  await simulator.close();
  await receiver.close();
});

const live = async () => (await simulator.admin.state()).callbacks[0];
const scheme = () =>
  simulator.admin.add("authentications", { authUrl: "https://login.example.org", clientId: "a", clientSecret: "b" });
/** Number of attempts for a request. */
const always = (method: string, path: string, kind: "answer-lost" | "status") =>
  simulator.admin.faults([{ method, path, kind, times: 5, ...(kind === "status" ? { status: 403 } : {}) }]);

/** Returns the state that the engine stores after a partial failure. */
async function failedUp(wanted: Values, before: Stored): Promise<Stored & { message: string; cause: unknown }> {
  const error = await callbacks.up(wanted, before).catch((failure: unknown) => failure);
  expect(error).toBeInstanceOf(InitializationFailed);
  const { resourceId: id, state, message, cause } = error as InitializationFailed;
  return { id, state: state as Values, message, cause };
}

test("after a rotation whose response was lost and a reverted program, the state has the key of ENS", async () => {
  const made = await callbacks.up(program);
  await always("PUT", REGENERATE, "answer-lost");
  const half = await failedUp({ ...program, signatureKeyVersion: 2 }, made);
  expect(half.message).toContain("even if signatureKeyVersion is set back");
  expect(half.state).not.toHaveProperty("signatureKey");
  expect(half.state.previousSignatureKey).toBe(made.state.signatureKey);
  const back = await callbacks.up(program, half);
  expect(back).toMatchObject({ did: "update", state: { signatureKeyVersion: 1 } });
  expect(back.state.signatureKey).toBe((await live())?.signatureKey);
  expect((await callbacks.up(program, back)).did).toBe("nothing");
});

test("a rotation whose key sink failed is repeated, even if the program is reverted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "half-"));
  const sink = { signatureKeySink: { file: join(folder, "key") } };
  const made = await callbacks.up({ ...program, ...sink });
  const wrong = { signatureKeySink: { file: join(folder, "key", "below-a-file") }, signatureKeyVersion: 2 };
  const half = await failedUp({ ...program, ...wrong }, made);
  expect(half.state).not.toHaveProperty("signatureKeyFingerprint");
  const back = await callbacks.up({ ...program, ...sink }, half);
  expect(readFileSync(join(folder, "key"), "utf8")).toBe((await live())?.signatureKey);
  expect((await callbacks.up({ ...program, ...sink }, back)).did).toBe("nothing");
  rmSync(folder, { recursive: true });
});

test("a reverted program restores a batch size that was updated before the next step failed", async () => {
  const made = await callbacks.up(program);
  await always("PUT", REGENERATE, "status");
  const half = await failedUp({ ...program, maxBatchSize: 300, signatureKeyVersion: 2 }, made);
  expect(half.state).toMatchObject({
    maxBatchSize: 300,
    signatureKeyVersion: 1,
    signatureKey: made.state.signatureKey,
  });
  // The provider process adds advice that depends on the cause.
  expect(half.cause).toMatchObject({ name: "EnsError", status: 403 });
  expect(await callbacks.up(program, half)).toMatchObject({ did: "update" });
  expect(await live()).toMatchObject({ maxBatchSize: 1000, signatureKey: made.state.signatureKey });
});

test("an update whose response was lost and that cannot be read back is sent again", async () => {
  const made = await callbacks.up(program);
  await simulator.admin.faults([
    { method: "PUT", path: CALLBACKS, kind: "answer-lost", times: 5 },
    { method: "GET", path: CALLBACKS, kind: "status", status: 403, times: 5 },
  ]);
  const half = await failedUp({ ...program, maxBatchSize: 300 }, made);
  expect(half.state).toMatchObject({ unconfirmed: true });
  await simulator.admin.faults([]);
  const back = await callbacks.up(program, half);
  expect(back.did).toBe("update");
  expect(back.state).not.toHaveProperty("unconfirmed");
  expect(await live()).toMatchObject({ maxBatchSize: 1000 });
});

test("a failure before anything took effect does not change the state", async () => {
  const made = await callbacks.up(program);
  await always("PUT", CALLBACKS, "status");
  const error = await callbacks.up({ ...program, maxBatchSize: 300 }, made).catch((failure: unknown) => failure);
  expect(error).not.toBeInstanceOf(InitializationFailed);
  expect(String(error)).toContain("returned 403");
});

describe("the scheme of a callback", () => {
  test("that ENS does not change fails each run, and the state has the scheme in ENS", async () => {
    const [first, second] = [await scheme(), await scheme()];
    const made = await callbacks.up({ ...program, authId: first });
    await simulator.admin.switches({ authIdOnPut: "ignore" });
    const half = await failedUp({ ...program, authId: second }, made);
    expect(half.message).toContain(
      `ENS kept auth scheme ${first} on callback ${made.id}, but the program requires ${second}.`,
    );
    expect(half.state).toMatchObject({ authId: first });
    expect((await failedUp({ ...program, authId: second }, half)).message).toBe(half.message);
    expect(await callbacks.up({ ...program, authId: first }, half)).toMatchObject({ state: { authId: first } });
  });

  test.each(["on", "off"] as const)(
    "that a PUT rejects does not block other updates (exposeAuthId %s)",
    async (shown) => {
      const authId = await scheme();
      await simulator.admin.switches({ authIdOnPut: "refuse", exposeAuthId: shown });
      const made = await callbacks.up({ ...program, authId });
      const changed = await callbacks.up({ ...program, authId, maxBatchSize: 300 }, made);
      expect(changed).toMatchObject({ did: "update", state: { maxBatchSize: 300, authId } });
      expect(await live()).toMatchObject({ maxBatchSize: 300, authId });
    },
  );

  test.each(["on", "off"] as const)("that a PUT without it would detach is kept (exposeAuthId %s)", async (shown) => {
    const authId = await scheme();
    await simulator.admin.switches({ authIdOmitted: "clear", exposeAuthId: shown });
    const made = await callbacks.up({ ...program, authId });
    expect(await live()).toMatchObject({ authId, callbackName: expect.stringMatching(/^orders-[0-9a-f]{7}$/) });
    await callbacks.up({ ...program, authId, maxBatchSize: 300 }, made);
    expect(await live()).toMatchObject({ maxBatchSize: 300, authId });
  });
});

describe("a pending callback", () => {
  test("keeps its batch size when it is renamed", async () => {
    await simulator.admin.switches({ putResetsDefaults: "on" });
    await callbacks.up({ ...program, maxBatchSize: 300 });
    expect(await live()).toMatchObject({ maxBatchSize: 300 });
  });

  test("whose verification request failed and whose response was lost is not left behind, and the message says what to do", async () => {
    receiver.probeStatus = 503;
    await simulator.admin.faults([{ method: "POST", path: CALLBACKS, kind: "answer-lost" }]);
    const error = await callbacks.up(program).catch((failure: unknown) => failure);
    expect(String(error)).toContain(
      "no callback is left behind. Make the receiver return 200 to ENS's verification request.",
    );
    expect(await live()).toBeUndefined();
    expect(run.clock.now() - Date.now()).toBeLessThan(60_000);
  });

  test("that loses its verification by the rename fails the run, and is finished after it was verified again", async () => {
    await simulator.admin.switches({ putUnverifies: "on" });
    const error = (await callbacks.up(program).catch((failure: unknown) => failure)) as InitializationFailed;
    expect(error.message).toContain('ENS reports "unverified"');
    const { resourceId: id, state } = error;
    await simulator.admin.patch("callbacks", id, { status: "verified" });
    await simulator.admin.switches({ putUnverifies: "off" });
    const done = await callbacks.up(program, { id, state: state as Values });
    expect(done.state).toMatchObject({ status: "verified", verifiedAt: expect.any(String) });
    expect(done.state).not.toHaveProperty("pendingName");
  });

  test("causes no drift in a refresh, and gets its name in the next run", async () => {
    receiver.verifies = false;
    const error = (await callbacks
      .up({ ...program, verification: { timeout: "5s" } })
      .catch((failure: unknown) => failure)) as InitializationFailed;
    const { resourceId: id, state } = error;
    expect(error.message).toContain(
      "get a new verification request: pulumi up --replace 'urn:pulumi:dev::shop::pulumi-nodejs:dynamic/ens:Callback::orders'",
    );
    const read = await callbacks.read({ id, state: state as Values });
    expect(read).not.toHaveProperty("inputs");
    expect(read?.props).toMatchObject({ pendingName: (await live())?.callbackName });
    await receiver.verifyNow();
    const resumed = await callbacks.up(program, { id, state: read?.props ?? {} });
    expect(resumed.state).not.toHaveProperty("pendingName");
    expect((await live())?.callbackName).toBe(resumed.state.callbackName);
    expect(resumed.state.signatureKey).toBe((await live())?.signatureKey);
  });
});

test("a scheme whose update got no response is sent again if the program is reverted", async () => {
  await simulator.admin.switches({ callAuthUrl: "off" });
  const schemes = lifecycleOf(authScheme, run);
  const asked = {
    grantType: "client_credentials",
    authUrl: "https://login.example.org/token",
    clientId: "client",
    clientSecret: "first-marker",
  };
  const made = await schemes.up(asked);
  await always("PUT", "/platform/v1/ens-authentications", "answer-lost");
  const error = (await schemes
    .up({ ...asked, clientSecret: "second-marker" }, made)
    .catch((failure: unknown) => failure)) as InitializationFailed;
  expect(error.state).toMatchObject({ unconfirmed: true, clientSecret: "first-marker" });
  const back = await schemes.up(asked, { id: error.resourceId, state: error.state as Values });
  expect(back.did).toBe("update");
  expect((await simulator.admin.state()).authentications).toMatchObject([{ clientSecret: "first-marker" }]);
  expect((await schemes.up(asked, back)).did).toBe("nothing");
});
