import { randomBytes } from "node:crypto";
import { createReceiver, type EnsEvent, keepProbesInMemory, SIGNATURE_HEADER, sign } from "pulumi-ens-receiver";
import { toLambdaHandler } from "pulumi-ens-receiver/lambda";
import { FRONT_ENDS } from "./lambda/front-ends";

const key = randomBytes(32).toString("base64");
const pullToken = randomBytes(16).toString("hex");
const probe = { callbackId: "11111111-2222-4333-8444-555555555555", verificationKey: "a2V5" };
const body = '[ {"eventCategoryType":"EngagementEvents.EmailOpen","a":"é"} ]';

describe.each(Object.entries(FRONT_ENDS))("behind %s", (_, eventOf) => {
  const events: EnsEvent[] = [];
  const probes = keepProbesInMemory();
  const options = { keys: key, handshake: false, probes, pullToken, duplicates: false } as const;
  const handler = toLambdaHandler(createReceiver({ ...options, enqueue: (some) => void events.push(...some) }));
  const post = (text: string, headers: Record<string, string>, isBase64Encoded = false) =>
    handler(
      eventOf({
        method: "POST",
        path: "/ens",
        headers,
        body: isBase64Encoded ? Buffer.from(text).toString("base64") : text,
        isBase64Encoded,
      }),
    );
  beforeEach(() => events.splice(0));

  test.each([true, false])("a signed delivery is stored before the response (base64: %s)", async (isBase64Encoded) => {
    const answer = await post(body, { [SIGNATURE_HEADER]: sign(body, key) }, isBase64Encoded);
    expect(answer).toEqual({ statusCode: 204, headers: {}, body: "" });
    expect(events).toMatchObject([{ a: "é" }]);
  });

  test("an unsigned request is rejected", async () => {
    expect((await post(body, {})).statusCode).toBe(401);
    expect((await post(`${body} `, { [SIGNATURE_HEADER]: sign(body, key) })).statusCode).toBe(401);
    expect(events).toEqual([]);
  });

  test("a verification key is stored and returned for the token", async () => {
    expect((await post(JSON.stringify(probe), {})).statusCode).toBe(200);
    const get = (token: string, path: string, query: Record<string, string> = {}) =>
      handler(
        eventOf({
          method: "GET",
          path,
          query,
          headers: { authorization: `Bearer ${token}` },
          body: null,
          isBase64Encoded: false,
        }),
      );
    expect(JSON.parse((await get(pullToken, `/ens/${probe.callbackId}`)).body)).toEqual(probe);
    expect(JSON.parse((await get(pullToken, "/ens", { callbackId: probe.callbackId })).body)).toEqual(probe);
    expect((await get("wrong", `/ens/${probe.callbackId}`)).statusCode).toBe(401);
  });
});

test.each([
  ["a handshake of its own", { enqueue: () => {} }],
  ["work after the answer", { handle: () => {}, handshake: false }],
])("a receiver with %s is rejected, because AWS freezes a function after its response", (_, options) => {
  expect(() => toLambdaHandler(createReceiver({ keys: key, onError: () => {}, ...options }))).toThrow(
    /cannot work after its response/,
  );
});
