import { type Simulator, type SimulatorOptions, startSimulator } from "pulumi-ens-simulator";
import { type Receiver, startReceiver, tokenOf } from "../support/receiver";

const CALLBACKS = "/platform/v1/ens-callbacks";
let simulator: Simulator;
let receiver: Receiver;
let token: string;

async function start(options: SimulatorOptions = {}): Promise<void> {
  await simulator?.close();
  const connectTo = { "hooks.example.org": receiver.address };
  simulator = await startSimulator({ clock: "frozen", connectTo, ...options });
  token = await tokenOf(simulator.authUrl);
}

beforeEach(async () => {
  receiver = await startReceiver();
  receiver.verifies = false;
  await start();
});
afterEach(async () => {
  await simulator.close();
  await receiver.close();
});

/** Sends a request. Resolves with `undefined` when the connection was closed. */
async function call(method: string, path: string, body?: unknown, bearer = token) {
  const headers = { "content-type": "application/json", authorization: `Bearer ${bearer}` };
  const request = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(simulator.restUrl + path, request).catch(() => undefined);
  return response && { status: response.status, headers: response.headers, text: await response.text() };
}

const create = (name: string) =>
  call("POST", CALLBACKS, [{ callbackName: name, url: `https://hooks.example.org/${name}` }]);
async function verified(name: string): Promise<void> {
  await create(name);
  const probe = receiver.probes[0]?.body ?? "";
  expect((await call("POST", "/platform/v1/ens-verify", JSON.parse(probe)))?.status).toBe(200);
}
async function subscribe() {
  const [{ callbackId } = {}] = await stored();
  const eventCategoryTypes = ["TransactionalSendEvents.EmailSent"];
  return call("POST", "/platform/v1/ens-subscriptions", [{ subscriptionName: "s", callbackId, eventCategoryTypes }]);
}
const stored = async () => (await simulator.admin.state()).callbacks;

describe("a fault for the next requests", () => {
  test("answer-lost: the request takes effect and the connection is closed", async () => {
    await simulator.admin.faults([{ kind: "answer-lost", method: "POST", path: CALLBACKS }]);
    expect(await create("a")).toBeUndefined();
    expect(await stored()).toHaveLength(1);
    const [entry] = await simulator.admin.journal({ client: "rest" });
    expect(entry).toMatchObject({ status: 0, fault: "answer-lost" });
  });

  test("reset: the connection is closed before the request takes effect", async () => {
    await simulator.admin.faults([{ kind: "reset", method: "POST", path: CALLBACKS }]);
    expect(await create("a")).toBeUndefined();
    expect(await stored()).toHaveLength(0);
  });

  test.each([
    [{ status: 429, retryAfter: 7 }, { errorcode: 50100, message: "Rate limit exceeded", retryAfter: 7 }, "7"],
    [{ status: 429 }, { errorcode: 50100 }, null],
    [{ status: 429, errorcode: 50200 }, { errorcode: 50200, message: "Your requests are temporarily blocked." }, null],
    [{ status: 500 }, { errorcode: 0, message: expect.any(String), documentation: "" }, null],
    [{ status: 503, retryAfter: 2 }, { errorcode: 50300 }, "2"],
    [{ status: 596 }, { errorcode: 0 }, null],
    [
      { status: 400, errorcode: 10006, shape: "aggregate" as const },
      { errorcode: 10006, additionalErrors: [{}] },
      null,
    ],
    [{ status: 400, errorcode: 1, shape: "validationErrors" as const }, { validationErrors: [{ errorcode: 1 }] }, null],
    [{ status: 400, shape: "errors" as const, message: "no" }, { errors: [{ message: "no" }] }, null],
    [{ status: 400, errorcode: 7, shape: "error_code" as const }, { error_code: 7 }, null],
  ])("status: an error response %j", async (fields, body, retryAfter) => {
    await simulator.admin.faults([{ kind: "status", ...fields }]);
    const answer = await create("a");
    expect(answer?.status).toBe(fields.status);
    expect(JSON.parse(answer?.text ?? "")).toMatchObject(body);
    expect(answer?.headers.get("retry-after")).toBe(retryAfter);
    expect(await stored()).toHaveLength(0);
    expect((await create("a"))?.status).toBe(201);
  });

  test("status with done: the request takes effect and its body is kept", async () => {
    await create("a");
    const [callback] = await stored();
    await simulator.admin.faults([{ kind: "status", status: 201, done: true, method: "PUT" }]);
    const change = { callbackId: callback?.callbackId, callbackName: "b" };
    const answer = await call("PUT", CALLBACKS, [change]);
    expect(answer?.status).toBe(201);
    expect(JSON.parse(answer?.text ?? "")).toMatchObject([change]);
    expect(await stored()).toMatchObject([{ callbackName: "b" }]);
  });

  test("html: the error page of a gateway", async () => {
    await simulator.admin.faults([{ kind: "html", status: 503 }]);
    const answer = await call("GET", CALLBACKS);
    expect(answer).toMatchObject({ status: 503, text: expect.stringContaining("<html>") });
    expect(answer?.headers.get("content-type")).toContain("text/html");
  });

  test("truncated: the request takes effect and its JSON ends in the middle", async () => {
    await simulator.admin.faults([{ kind: "truncated" }]);
    const answer = await create("a");
    expect(answer?.status).toBe(201);
    expect(() => JSON.parse(answer?.text ?? "")).toThrow();
    expect(await stored()).toHaveLength(1);
  });

  test("extra-fields: unknown fields beside the known ones", async () => {
    await create("a");
    await simulator.admin.faults([{ kind: "extra-fields" }]);
    const [usual, extended] = [await call("GET", CALLBACKS), await call("GET", CALLBACKS)].reverse();
    const [plain] = JSON.parse(usual?.text ?? "");
    const [more] = JSON.parse(extended?.text ?? "");
    expect(more).toMatchObject(plain);
    expect(Object.keys(more).length).toBeGreaterThan(Object.keys(plain).length);
  });

  test("shuffled: the same objects in another order", async () => {
    for (const name of ["a", "b", "c", "d", "e", "f"]) await create(name);
    await simulator.admin.faults([{ kind: "shuffled", times: 3 }]);
    const orders = await Promise.all([1, 2, 3, 4].map(() => call("GET", CALLBACKS)));
    const names = orders.map((answer) =>
      JSON.parse(answer?.text ?? "").map((one: { callbackName: string }) => one.callbackName),
    );
    expect(names.map((order) => [...order].sort().join(""))).toEqual(Array(4).fill("abcdef"));
    expect(new Set(names.map((order) => order.join(""))).size).toBeGreaterThan(1);
  });

  test("slow: a wait before the request is processed", async () => {
    await simulator.admin.faults([{ kind: "slow", seconds: 0.02, method: "POST" }]);
    const creating = create("a");
    const early = await call("GET", CALLBACKS);
    expect(JSON.parse(early?.text ?? "")).toEqual([]);
    expect((await creating)?.status).toBe(201);
  });

  test("token-expired: a token expires early", async () => {
    await simulator.admin.faults([{ kind: "token-expired" }]);
    expect((await call("GET", CALLBACKS))?.status).toBe(401);
    expect((await call("GET", CALLBACKS))?.status).toBe(401);
    token = await tokenOf(simulator.authUrl);
    expect((await call("GET", CALLBACKS))?.status).toBe(200);
  });

  test("probe-failed: the verification request cannot connect", async () => {
    await simulator.admin.faults([{ kind: "probe-failed" }]);
    const answer = await create("a");
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining("Status: ConnectFailure") });
    expect(await simulator.admin.journal({ client: "outbound" })).toEqual([]);
  });

  test("probe-delayed: a late verification request still arrives", async () => {
    await simulator.admin.faults([{ kind: "probe-delayed", seconds: 0.01 }]);
    expect((await create("a"))?.status).toBe(201);
    expect(await simulator.admin.journal({ client: "outbound" })).toHaveLength(1);
  });

  test("read-lag: one read does not show the last writes, the next one does", async () => {
    await simulator.admin.clock({ advanceSeconds: 60 });
    await create("a");
    await simulator.admin.faults([{ kind: "read-lag", seconds: 5 }]);
    expect(JSON.parse((await call("GET", CALLBACKS))?.text ?? "")).toEqual([]);
    expect(JSON.parse((await call("GET", CALLBACKS))?.text ?? "")).toHaveLength(1);
  });

  test("verify-lag: a verified callback does not accept subscriptions yet", async () => {
    await verified("a");
    await simulator.admin.faults([{ kind: "verify-lag" }]);
    expect((await subscribe())?.status).toBe(400);
    expect((await simulator.admin.state()).subscriptions).toEqual([]);
    expect((await subscribe())?.status).toBe(201);
  });

  test("duplicate: a delivery arrives twice", async () => {
    await verified("a");
    await subscribe();
    await simulator.admin.faults([{ kind: "duplicate", path: "https://hooks.example.org/a" }]);
    for (let time = 0; time < 2; time += 1) {
      await simulator.admin.emit({ eventCategoryType: "TransactionalSendEvents.EmailSent" });
    }
    const bodies = receiver.received.map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(2);
  });

  test("a fault meets requests of its method, path and business unit, as often as it says", async () => {
    const other = await tokenFor(7000009);
    await simulator.admin.faults([{ kind: "status", method: "GET", path: CALLBACKS, account: 7000009, times: 2 }]);
    const statuses = [
      await call("GET", CALLBACKS),
      await call("DELETE", `${CALLBACKS}/x`, undefined, other),
      await call("GET", "/platform/v1/tokenContext", undefined, other),
      await call("GET", CALLBACKS, undefined, other),
      await call("GET", CALLBACKS, undefined, other),
      await call("GET", CALLBACKS, undefined, other),
    ].map((answer) => answer?.status);
    expect(statuses).toEqual([200, 400, 200, 503, 503, 200]);
    expect((await simulator.admin.pending()).next).toEqual([]);
  });
});

async function tokenFor(account: number): Promise<string> {
  const client = { grant_type: "client_credentials", client_id: "sim-client", client_secret: "sim-secret" };
  const body = JSON.stringify({ ...client, account_id: account });
  const answer = await fetch(`${simulator.authUrl}/v2/token`, { method: "POST", body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

describe("random faults", () => {
  /** Sends the same requests. Returns their faults in order, and the ids and keys of the created objects. */
  async function run(seed: number): Promise<unknown[]> {
    await start({ faults: { seed, rate: 0.5 } });
    for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      await create(name);
      await call("GET", CALLBACKS);
    }
    const entries = await simulator.admin.journal({ client: "rest" });
    const { callbacks } = await simulator.admin.state();
    return [
      ...entries.map(({ method, path, status, fault }) => ({ method, path, status, fault })),
      ...callbacks.map(({ callbackId, signatureKey, verificationKey }) => ({
        callbackId,
        signatureKey,
        verificationKey,
      })),
    ];
  }

  test("the same seed and requests repeat a run, and another seed gives another run", async () => {
    const once = await run(7);
    expect(await run(7)).toEqual(once);
    expect(await run(8)).not.toEqual(once);
    const met = once.filter((entry) => (entry as { fault?: string }).fault !== undefined);
    expect(met.length).toBeGreaterThan(2);
    expect(met.length).toBeLessThan(once.length);
  });

  test("a reset restarts the same run", async () => {
    const before = await run(7);
    await simulator.admin.reset();
    token = await tokenOf(simulator.authUrl);
    for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      await create(name);
      await call("GET", CALLBACKS);
    }
    const after = await simulator.admin.journal({ client: "rest" });
    expect(after.map(({ method, path, status, fault }) => ({ method, path, status, fault }))).toEqual(before);
  });

  test("only the given kinds occur, at the given rate", async () => {
    await simulator.admin.chance({ rate: 1, kinds: ["reset"] });
    expect(await call("GET", CALLBACKS)).toBeUndefined();
    expect((await simulator.admin.pending()).chance).toEqual({ rate: 1, kinds: ["reset"], seed: simulator.seed });
    await simulator.admin.chance({ rate: 0 });
    expect((await call("GET", CALLBACKS))?.status).toBe(200);
  });

  test("a token expires only after it has served requests, so that a client with a new token succeeds", async () => {
    await simulator.admin.chance({ rate: 1, kinds: ["token-expired"] });
    for (const _ of [1, 2]) {
      const answers = await Array.from({ length: 21 }).reduce<Promise<(number | undefined)[]>>(
        async (before) => [...(await before), (await call("GET", CALLBACKS))?.status],
        Promise.resolve([]),
      );
      expect(answers).toEqual([...Array(20).fill(200), 401]);
      token = await tokenOf(simulator.authUrl);
    }
  });

  test("without a seed, each simulator chooses one and reports it", async () => {
    const first = simulator.seed;
    await start();
    expect(Number.isInteger(first)).toBe(true);
    expect(simulator.seed).not.toBe(first);
  });
});

describe("an invalid fault is rejected with the field and the allowed values", () => {
  test.each([
    [[{ kind: "sloww" }], /^.*0\.kind: .*"slow"/],
    [[{}], /0\.kind: .*"reset"/],
    [[{ kind: "reset" }, { kind: "reset", times: 0 }], /1\.times: .*>=1/],
    [[{ kind: "reset", pth: "/" }], /unknown: pth\. The fields are kind, method, path/],
    [[{ kind: "slow", errorcode: 1 }], /0\.errorcode: is not a field of slow, which accepts .*seconds/],
    [[{ kind: "status", status: 99 }], /0\.status: .*>=200/],
    [[{ kind: "reset", method: "get" }], /0\.method: must be an HTTP method in capitals/],
    [{ kind: "reset" }, /expected array/],
  ])("%j", async (faults, reason) => {
    await simulator.admin.faults([{ kind: "slow", seconds: 0 }]);
    await expect(simulator.admin.faults(faults as never)).rejects.toThrow(reason);
    expect((await simulator.admin.pending()).next).toEqual([{ kind: "slow", seconds: 0, times: 1 }]);
  });

  test("an invalid rate", async () => {
    await expect(simulator.admin.chance({ rate: 2 })).rejects.toThrow(/rate: .*<=1/);
    await expect(startSimulator({ faults: { rate: 0.1, kinds: ["nothing" as never] } })).rejects.toThrow(/kinds\.0: /);
  });
});
