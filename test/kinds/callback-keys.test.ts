import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { callback } from "../../provider/src/kinds/callback";
import { fingerprint } from "../../provider/src/kinds/callback/key-sink";
import { InitializationFailed } from "../../provider/src/kinds/initialization-failed";
import type { Values } from "../../provider/src/kinds/kind";
import { instantClock, lifecycleOf, runOf, type Stored } from "../support/lifecycle";
import { post, type Receiver, startReceiver, tokenOf } from "../support/receiver";

const url = "https://hooks.example.org/orders";
const program = { callbackName: "orders", url };

let simulator: Simulator;
let receiver: Receiver;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "keys-"));
  receiver = await startReceiver();
  simulator = await startSimulator({ connectTo: { "hooks.example.org": receiver.address } });
  receiver.verifyAt(simulator);
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const callbacks = () => lifecycleOf(callback, runOf(simulator));
const hurried = () => lifecycleOf(callback, runOf(simulator, instantClock()));
const live = async () => (await simulator.admin.state()).callbacks[0];
const regenerated = async () =>
  (await simulator.admin.journal()).filter(({ path }) => path.endsWith("/ens-regenerate")).length;
/** Returns what the engine stores after a partial failure, and the message. */
async function halfDone(attempt: Promise<unknown>): Promise<{ readonly kept: Stored; readonly message: string }> {
  const failure = await attempt.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(InitializationFailed);
  const { resourceId: id, state, message } = failure as InitializationFailed;
  return { kept: { id, state: { ...state } }, message };
}

/** Creates a callback with curl, whose key is not in any state. */
async function somebodyMakes(object: object): Promise<string> {
  const token = await tokenOf(simulator.authUrl);
  const body = JSON.stringify([object]);
  const made = await post(`${simulator.restUrl}/platform/v1/ens-callbacks`, body, token);
  return ((await made.json()) as { callbackId: string }[])[0]?.callbackId ?? "";
}

describe("rotation", () => {
  test("a new version rotates the key, and the old key stays readable until the next rotation", async () => {
    const made = await callbacks().up(program);
    const first = made.state.signatureKey;
    const rotated = await callbacks().up({ ...program, signatureKeyVersion: 2 }, made);
    expect(rotated).toMatchObject({ did: "update", id: made.id, state: { previousSignatureKey: first } });
    expect(rotated.state.signatureKey).toBe((await live())?.signatureKey);
    expect(rotated.state.signatureKey).not.toBe(first);
    expect(await callbacks().up({ ...program, signatureKeyVersion: 2 }, rotated)).toMatchObject({ did: "nothing" });
    const again = await callbacks().up({ ...program, signatureKeyVersion: 3 }, rotated);
    expect(again.state.previousSignatureKey).toBe(rotated.state.signatureKey);
    expect(await regenerated()).toBe(2);
  });

  test("no update, refresh or drift rotates the key", async () => {
    const made = await callbacks().up(program);
    await simulator.admin.patch("callbacks", made.id, { status: "suspended", maxBatchSize: 900 });
    const read = await callbacks().read(made);
    const done = await callbacks().up({ ...program, callbackName: "sales" }, { id: made.id, state: read?.props ?? {} });
    expect(done.state.signatureKey).toBe(made.state.signatureKey);
    expect(await regenerated()).toBe(0);
  });

  test("a rotation whose response was lost is repeated, so that the state has the current key", async () => {
    const made = await callbacks().up(program);
    await simulator.admin.faults([{ method: "PUT", path: "/platform/v1/ens-regenerate", kind: "answer-lost" }]);
    const rotated = await hurried().up({ ...program, signatureKeyVersion: 2 }, made);
    expect(rotated.state.signatureKey).toBe((await live())?.signatureKey);
  });

  const silence = { method: "PUT", path: "/platform/v1/ens-regenerate", kind: "answer-lost", times: 5 } as const;

  test.each([
    ["again", 2],
    ["with the version set back", 1],
  ])("an unconfirmed rotation keeps only the previous key, and the next run, %s, rotates again", async (_, next) => {
    const made = await callbacks().up(program);
    await simulator.admin.faults([silence]);
    const { kept, message } = await halfDone(hurried().up({ ...program, signatureKeyVersion: 2 }, made));
    expect(message).toContain(`ENS may have rotated the signature key of callback ${made.id}: `);
    expect(message).toContain("The next 'pulumi up' rotates the key again, even if signatureKeyVersion is set back.");
    const { signatureKey, ...rest } = made.state;
    expect(kept.state).toEqual({ ...rest, previousSignatureKey: signatureKey });
    const rotated = await callbacks().up({ ...program, signatureKeyVersion: next }, kept);
    expect(rotated.state).toMatchObject({ signatureKeyVersion: next, previousSignatureKey: signatureKey });
    expect(rotated.state.signatureKey).toBe((await live())?.signatureKey);
    expect(rotated.state.signatureKey).not.toBe(signatureKey);
    expect(await callbacks().up({ ...program, signatureKeyVersion: next }, rotated)).toMatchObject({
      did: "nothing",
    });
  });

  test("a rotation that is rejected after a lost response keeps no key that may be invalid", async () => {
    const made = await callbacks().up(program);
    const blocked = { kind: "status", status: 429, errorcode: 50200 } as const;
    const path = { method: "PUT", path: "/platform/v1/ens-regenerate" };
    await simulator.admin.faults([
      { ...path, kind: "answer-lost" },
      { ...path, ...blocked, times: 5 },
    ]);
    const { kept } = await halfDone(hurried().up({ ...program, signatureKeyVersion: 2 }, made));
    expect((await live())?.signatureKey).not.toBe(made.state.signatureKey);
    expect(kept.state).not.toHaveProperty("signatureKey");
  });

  test("a failed rotation does not change the state, and the next run rotates", async () => {
    const made = await callbacks().up(program);
    await simulator.admin.faults([{ path: "/platform/v1/ens-regenerate", kind: "status", status: 403 }]);
    await expect(callbacks().up({ ...program, signatureKeyVersion: 2 }, made)).rejects.toThrow("returned 403");
    const rotated = await callbacks().up({ ...program, signatureKeyVersion: 2 }, made);
    expect(rotated.state.signatureKey).toBe((await live())?.signatureKey);
  });
});

describe("a key sink", () => {
  test("writes the key to a file that only its owner can read, and a fingerprint to the state", async () => {
    const file = join(folder, "orders.key");
    const asked = { ...program, signatureKeySink: { file } };
    const made = await callbacks().up(asked);
    const key = readFileSync(file, "utf8");
    expect(key).toBe((await live())?.signatureKey);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["orders.key"]);
    expect(made.state.signatureKeyFingerprint).toBe(fingerprint(key));
    expect(JSON.stringify(made.state)).not.toContain(key);
    expect(await callbacks().up(asked, made)).toMatchObject({ did: "nothing" });

    const rotated = await callbacks().up({ ...asked, signatureKeyVersion: 2 }, made);
    expect(readFileSync(file, "utf8")).toBe((await live())?.signatureKey);
    expect(rotated.state.signatureKeyFingerprint).not.toBe(made.state.signatureKeyFingerprint);
    expect(rotated.state).not.toHaveProperty("previousSignatureKey");
  });

  test("passes the key to a program on its standard input and not in its arguments", async () => {
    const file = join(folder, "got.json");
    const code = `let key = ""; process.stdin.on("data", (chunk) => (key += chunk)).on("end", () =>
      require("fs").writeFileSync(process.argv[1], JSON.stringify([process.env.ENS_CALLBACK_ID, key])))`;
    const made = await callbacks().up({
      ...program,
      signatureKeySink: { command: [process.execPath, "-e", code, file] },
    });
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual([made.id, (await live())?.signatureKey]);
    expect(made.state).not.toHaveProperty("signatureKey");
  });

  test("does not rotate the key when it is added, changed or removed, and gets the key from the state", async () => {
    const [one, two] = ["one.key", "two.key"].map((name) => join(folder, name)) as [string, string];
    const made = await callbacks().up(program);
    const key = made.state.signatureKey;
    const added = await callbacks().up({ ...program, signatureKeySink: { file: one } }, made);
    expect(readFileSync(one, "utf8")).toBe(key);
    expect(JSON.stringify(added.state)).not.toContain(key);
    // Only the first file has the key now. Receivers keep working until a person moves the file or rotates the key.
    const changed = await callbacks().up({ ...program, signatureKeySink: { file: two } }, added);
    expect(changed).toMatchObject({ did: "update", state: { signatureKeySink: { file: two } } });
    expect(existsSync(two)).toBe(false);
    const removed = await callbacks().up(program, changed);
    expect(removed.state).not.toHaveProperty("signatureKeySink");
    expect([await regenerated(), (await live())?.signatureKey]).toEqual([0, key]);
    expect(await callbacks().up(program, removed)).toMatchObject({ did: "nothing" });
  });

  test("that fails keeps the callback without the key, and the next run rotates the key and writes it to the sink", async () => {
    const file = join(folder, "missing", "orders.key");
    const asked = { ...program, signatureKeySink: { file } };
    const error = await callbacks()
      .up(asked)
      .catch((failure) => failure);
    expect(error.message).toContain("the signature key could not be written to the key sink");
    expect(error.state).not.toHaveProperty("signatureKey");
    expect(existsSync(file)).toBe(false);
    const better = { ...program, signatureKeySink: { file: join(folder, "orders.key") } };
    const done = await callbacks().up(better, { id: error.resourceId, state: error.state as Values });
    expect(done.state).toMatchObject({ status: "verified", signatureKeyFingerprint: expect.any(String) });
    expect(readFileSync(better.signatureKeySink.file, "utf8")).toBe((await live())?.signatureKey);
  });

  test("gets no key after the engine has ended, because no state would record it", async () => {
    const file = join(folder, "orders.key");
    let ended = false;
    receiver.verifies = false;
    receiver.beforeProbeAnswer = async () => {
      ended = true;
    };
    const orphaned = runOf(simulator, instantClock(), [], { isEngineRunning: async () => !ended });
    const asked = { ...program, signatureKeySink: { file } };
    const { message } = await halfDone(lifecycleOf(callback, orphaned).up(asked));
    expect(message).toContain("the Pulumi engine that started this run has ended, so ENS was not changed any further");
    expect(existsSync(file)).toBe(false);
  });

  test("that fails during a rotation leaves no key in the state", async () => {
    const made = await callbacks().up({ ...program, signatureKeySink: { file: join(folder, "one.key") } });
    const sink = { file: join(folder, "missing", "two.key") };
    const asked = { ...program, signatureKeyVersion: 2, signatureKeySink: sink };
    const { kept, message } = await halfDone(callbacks().up(asked, made));
    expect(message).toContain("the signature key could not be written to the key sink: signatureKeySink.file: ENOENT");
    expect(message).not.toContain(folder);
    expect(kept.state).toMatchObject({ signatureKeyVersion: 2, signatureKeySink: { file: join(folder, "one.key") } });
    expect(kept.state).not.toHaveProperty("signatureKey");
    expect(kept.state).not.toHaveProperty("signatureKeyFingerprint");
    const back = { ...asked, signatureKeySink: { file: join(folder, "one.key") } };
    const done = await callbacks().up(back, kept);
    expect(readFileSync(back.signatureKeySink.file, "utf8")).toBe((await live())?.signatureKey);
    expect(done.state.signatureKeyFingerprint).toBe(fingerprint((await live())?.signatureKey ?? ""));
  });

  test("whose program writes the key to stderr does not expose it in the message", async () => {
    const code = `process.stdin.on("data", (key) => { console.error("no vault for " + key); process.exit(1); })`;
    const asked = { ...program, signatureKeySink: { command: [process.execPath, "-e", code] } };
    await expect(callbacks().up(asked)).rejects.toThrow(/exited with code 1: no vault for \[secret\]/);
  });
});

describe("adoption", () => {
  const made = { callbackName: "theirs", url, maxBatchSize: 300 };

  test("needs adopt in the program, and the message says so", async () => {
    const id = await somebodyMakes(made);
    const { signatureKey } = (await live()) ?? {};
    const refusal = callbacks().up(program);
    await expect(refusal).rejects.toThrow(
      `callback ${id} (theirs) already exists at https://hooks.example.org and was not changed`,
    );
    await expect(refusal).rejects.toThrow(
      'set adopt: "always" on the resource. The callback keeps its id and its signature key. The resource gets the key only if',
    );
    await expect(refusal).rejects.toThrow("If nobody needs the callback, delete it in Setup, or choose another url.");
    expect(await live()).toMatchObject({ callbackId: id, callbackName: "theirs", maxBatchSize: 300, signatureKey });
  });

  test("of an unverified callback updates it and rotates its key", async () => {
    receiver.verifies = false;
    const id = await somebodyMakes(made);
    receiver.verifies = true;
    const adopting = callbacks().up({ ...program, adopt: "ifUnverified" });
    while ((await live())?.callbackName !== "orders") await new Promise(setImmediate);
    await receiver.verifyNow();
    const done = await adopting;
    expect(done).toMatchObject({ did: "create", id, state: { callbackName: "orders", maxBatchSize: 1000 } });
    expect(await live()).toMatchObject({ callbackName: "orders", maxBatchSize: 1000, status: "verified" });
    expect(done.state.signatureKey).toBe((await live())?.signatureKey);
  });

  test("by ifUnverified rejects a callback with subscriptions, whatever its status", async () => {
    receiver.verifies = false;
    const id = await somebodyMakes(made);
    await simulator.admin.patch("callbacks", id, { status: "suspended" });
    const eventCategoryTypes = ["EngagementEvents.EmailOpen"];
    await simulator.admin.add("subscriptions", { subscriptionName: "s", callbackId: id, eventCategoryTypes });
    await expect(callbacks().up({ ...program, adopt: "ifUnverified" })).rejects.toThrow(
      /set adopt: "always" on the resource.*\nENS reports "suspended" for this callback and delivers nothing to it now\./s,
    );
    expect(await regenerated()).toBe(0);
  });

  test("of a verified callback needs always and keeps its key", async () => {
    const id = await somebodyMakes(made);
    const key = (await live())?.signatureKey;
    await expect(callbacks().up({ ...program, adopt: "ifUnverified" })).rejects.toThrow(
      'set adopt: "always" on the resource',
    );
    const asked = { ...program, adopt: "always" };
    const done = await callbacks().up(asked);
    expect(done).toMatchObject({ did: "create", id, state: { adopted: true, status: "verified" } });
    expect(done.state).not.toHaveProperty("signatureKey");
    expect(await regenerated()).toBe(0);
    expect((await live())?.signatureKey).toBe(key);
    expect(await callbacks().up(asked, done)).toMatchObject({ did: "nothing" });

    const rotated = await callbacks().up({ ...asked, signatureKeyVersion: 2 }, done);
    expect(rotated.state.signatureKey).toBe((await live())?.signatureKey);
    expect(rotated.state).not.toHaveProperty("adopted");
  });

  test("creates a callback if none exists at the URL", async () => {
    expect(await callbacks().up({ ...program, adopt: "always" })).toMatchObject({ state: { status: "verified" } });
  });
});
