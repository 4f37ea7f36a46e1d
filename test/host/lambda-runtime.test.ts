import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SIGNATURE_HEADER, sign } from "pulumi-ens-receiver";
import { type Simulator, startSimulator } from "pulumi-ens-simulator";
import { FRONT_ENDS, type Sent } from "../support/lambda/front-ends";
import { type LambdaFunction, startFunction } from "../support/lambda/runtime-api";
import { post, tokenOf } from "../support/receiver";

// Tests the built package in the program with which AWS Lambda runs Node.js functions.

const TYPES = ["EngagementEvents.EmailOpen", "TransactionalSendEvents.EmailBounced"];
const pullToken = randomBytes(16).toString("hex");
let folder: string;
let running: LambdaFunction;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lambda-"));
});
afterEach(async () => {
  await running.close();
  await rm(folder, { recursive: true });
});

async function start(handler: string, frontEnd = "a function URL"): Promise<LambdaFunction> {
  const eventOf = FRONT_ENDS[frontEnd] as (typeof FRONT_ENDS)[string];
  running = await startFunction(handler, eventOf, { FOLDER: folder, PULL_TOKEN: pullToken });
  return running;
}

async function readQueue(): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(join(folder, "queue/events"), "utf8")).trim().split("\n");
  return lines.flatMap((line) => JSON.parse(line));
}

describe.each(Object.keys(FRONT_ENDS))("a function behind %s", (frontEnd) => {
  let simulator: Simulator;
  afterEach(() => simulator.close());

  test("is verified by its kept key, stores deliveries before it responds, and rejects forged ones", async () => {
    await mkdir(join(folder, "queue"));
    const { address, errors } = await start("index.handler", frontEnd);
    simulator = await startSimulator({ connectTo: { "hooks.example.org": address } });
    const token = await tokenOf(simulator.authUrl);
    const ens = (path: string, body: unknown) =>
      post(`${simulator.restUrl}/platform/v1/${path}`, JSON.stringify(body), token);

    const created = await ens("ens-callbacks", [{ callbackName: "a", url: "https://hooks.example.org/ens" }]);
    const [{ callbackId, signatureKey }] = (await created.json()) as [Record<string, string>];
    await writeFile(join(folder, "key"), String(signatureKey));
    const headers = { authorization: `Bearer ${pullToken}` };
    const kept = await (await fetch(`http://${address}/ens?callbackId=${callbackId}`, { headers })).json();
    expect(kept).toEqual({ callbackId, verificationKey: expect.any(String) });
    expect((await ens("ens-verify", kept)).status).toBe(200);
    const subscription = { subscriptionName: "a", callbackId, eventCategoryTypes: TYPES, filters: [] };
    await ens("ens-subscriptions", [subscription]);

    await simulator.admin.emit(TYPES.map((eventCategoryType) => ({ eventCategoryType })));
    expect(await simulator.admin.deliveries()).toMatchObject([{ outcome: "delivered", status: 204, attempts: 1 }]);
    expect((await readQueue()).map(({ eventCategoryType }) => eventCategoryType)).toEqual(TYPES);

    const body = JSON.stringify([{ eventCategoryType: TYPES[0] }]);
    for (const signature of [sign(body, randomBytes(32).toString("base64")), sign(`${body} `, String(signatureKey))]) {
      const forged = { method: "POST", body, headers: { [SIGNATURE_HEADER]: signature } };
      expect((await fetch(`http://${address}/ens`, forged)).status).toBe(401);
    }
    expect(await readQueue()).toHaveLength(TYPES.length);
    expect(errors).toEqual([]);
  });
});

test("events that cannot be queued cause a 503, and the repeated delivery is stored", async () => {
  const { address, errors } = await start("index.handler");
  const key = randomBytes(32).toString("base64");
  await writeFile(join(folder, "key"), key);
  const body = JSON.stringify([{ eventCategoryType: TYPES[0] }]);
  const deliver = async () =>
    (await fetch(`http://${address}/ens`, { method: "POST", body, headers: { [SIGNATURE_HEADER]: sign(body, key) } }))
      .status;
  expect(await deliver()).toBe(503);
  await mkdir(join(folder, "queue"));
  expect(await deliver()).toBe(204);
  expect(await readQueue()).toMatchObject([{ eventCategoryType: TYPES[0] }]);
  expect(errors).toEqual([]);
});

test("an event that is not a request fails the invocation, and the function serves the next one", async () => {
  const { invoke, errors } = await start("index.handler");
  expect(await invoke(null)).toBeUndefined();
  expect(errors).toMatchObject([{ errorType: "TypeError" }]);
  const request: Sent = { method: "PUT", path: "/ens", headers: {}, body: "", isBase64Encoded: false };
  expect(await invoke(FRONT_ENDS["a function URL"]?.(request))).toMatchObject({ statusCode: 405 });
});

test("a function whose receiver would work after its response does not start", async () => {
  const { process: child, errors } = await start("frozen.handler");
  expect(await once(child, "exit")).not.toEqual([0, null]);
  expect(errors).toMatchObject([{ errorType: "TypeError", errorMessage: expect.stringMatching(/after its response/) }]);
});
