import { randomBytes } from "node:crypto";
import {
  createReceiver,
  type EnsEvent,
  keepProbesInMemory,
  type ReceiverOptions,
  SIGNATURE_HEADER,
  sign,
} from "pulumi-ens-receiver";

const key = randomBytes(32).toString("base64");
const event = (id: number) => ({ eventCategoryType: "EngagementEvents.EmailOpen", timestampUTC: id });
const probe = { callbackId: "11111111-2222-4333-8444-555555555555", verificationKey: "Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=" };

/** Creates a receiver that records what it is passed, with functions that send requests to it. */
function started(options: Partial<ReceiverOptions> = {}) {
  const [accepted, lines, errors]: [EnsEvent[], string[], string[]] = [[], [], []];
  const receiver = createReceiver({
    keys: key,
    enqueue: (events) => void accepted.push(...events),
    log: (line) => lines.push(line),
    onError: (error, whileDoing) => errors.push(`${whileDoing}: ${(error as Error).message}`),
    handshake: false,
    ...options,
  });
  const send = (body: string, headers: Record<string, string> = {}, method = "POST", url = "/ens") =>
    receiver.receive({ method, url, header: (name) => headers[name], body: Buffer.from(body) });
  const deliver = async (events: object, headers: Record<string, string> = {}, by = key) => {
    const body = JSON.stringify(events);
    return (await send(body, { [SIGNATURE_HEADER]: sign(body, by), ...headers })).status;
  };
  return { accepted, lines, errors, send, deliver, receiver };
}

describe("a delivery", () => {
  test("with a signature of either key form is stored and acknowledged", async () => {
    const { deliver, send, accepted } = started();
    expect(await deliver([event(1), event(2)])).toBe(204);
    const body = JSON.stringify([event(3)]);
    expect(await send(body, { [SIGNATURE_HEADER]: sign(body, key, "text") })).toMatchObject({ status: 204, body: "" });
    expect(accepted).toEqual([event(1), event(2), event(3)]);
  });

  test("without a valid signature is rejected, and the log contains no part of it", async () => {
    const { send, deliver, accepted, lines, errors } = started();
    const body = JSON.stringify([{ eventCategoryType: "marker\ncallback 1 is verified" }]);
    expect((await send(body)).status).toBe(401);
    expect((await send(body, { [SIGNATURE_HEADER]: sign(`${body} `, key) })).status).toBe(401);
    expect(await deliver([event(1)], {}, randomBytes(32).toString("base64"))).toBe(401);
    expect([accepted, errors]).toEqual([[], []]);
    expect(new Set(lines)).toEqual(new Set(["rejected a request without a valid signature"]));
  });

  test("that is signed but not a list of events gets a 400, and onError gets the reason", async () => {
    const { deliver, errors } = started();
    expect(await deliver({ what: 1 })).toBe(400);
    expect(errors).toEqual(["reading a signed delivery: event 0 of the delivery has no eventCategoryType"]);
  });

  test("gets a 503 until there is a key, so that ENS repeats it", async () => {
    let keys: string[] = [];
    const { deliver, errors, accepted } = started({ keys: () => Promise.resolve(keys) });
    expect(await deliver([event(1)])).toBe(503);
    expect(errors).toEqual(["checking a delivery: there is no signature key yet, so ENS will repeat the delivery"]);
    keys = [key];
    expect(await deliver([event(1)])).toBe(204);
    expect(accepted).toEqual([event(1)]);
  });

  test("gets a 503 when the keys are unavailable or invalid, and no message contains a key", async () => {
    const lost = started({ keys: () => Promise.reject(new Error("the vault is sealed")) });
    expect(await lost.deliver([event(1)])).toBe(503);
    expect(lost.errors).toEqual(["responding to a request: the vault is sealed"]);
    const short = started({ keys: () => "c2hvcnQ=" });
    expect(await short.deliver([event(1)])).toBe(503);
    expect(short.errors[0]).toMatch(/^responding to a request: keys decodes to 5 bytes/);
    expect(short.errors[0]).not.toContain("c2hvcnQ");
  });

  test("that is repeated is acknowledged but stored once, and the number of duplicates is passed on", async () => {
    const told: number[] = [];
    const { deliver, accepted } = started({
      enqueue: (events, { duplicates }) => {
        accepted.push(...events);
        told.push(duplicates);
      },
    });
    expect([await deliver([event(1)]), await deliver([event(1), event(2)]), await deliver([event(1)])]).toEqual([
      204, 204, 204,
    ]);
    expect(accepted).toEqual([event(1), event(2)]);
    expect(told).toEqual([0, 1]);
  });

  test("that could not be stored gets a 503 and is stored when ENS repeats it", async () => {
    let isDown = true;
    const { deliver, accepted, errors } = started({
      enqueue(events) {
        if (isDown) throw new Error("the queue is down");
        accepted.push(...events);
      },
    });
    expect(await deliver([event(1)])).toBe(503);
    isDown = false;
    expect(await deliver([event(1)])).toBe(204);
    expect(accepted).toEqual([event(1)]);
    expect(errors).toEqual(["storing events: the queue is down"]);
  });

  test("that takes too long to store gets a 503 in time, and its repetition is a duplicate", async () => {
    let finish = () => {};
    const { deliver, accepted, errors } = started({
      acknowledgeWithin: 0.01,
      enqueue: (events) =>
        new Promise<void>((done) => {
          finish = () => {
            accepted.push(...events);
            done();
          };
        }),
    });
    expect(await deliver([event(1)])).toBe(503);
    expect(errors).toEqual(["storing events: enqueue took longer than 0.01 s, so ENS will repeat the delivery"]);
    finish();
    expect(await deliver([event(1)])).toBe(204);
    expect(accepted).toEqual([event(1)]);
  });

  test("that is empty is acknowledged and not passed on", async () => {
    const told = jest.fn();
    expect(await started({ enqueue: told }).deliver([])).toBe(204);
    expect(told).not.toHaveBeenCalled();
  });

  test("is handled after the response, and onError gets a failure of the handler", async () => {
    const worked: EnsEvent[] = [];
    const { receiver, errors } = started({
      enqueue: () => {},
      handle(events) {
        worked.push(...events);
        throw new Error("the database is down");
      },
    });
    const body = JSON.stringify([event(1)]);
    const answer = await receiver.receive({
      method: "POST",
      url: "/ens",
      header: (name) => ({ [SIGNATURE_HEADER]: sign(body, key) })[name],
      body: Buffer.from(body),
    });
    expect([answer.status, worked]).toEqual([204, []]);
    await answer.after?.();
    expect(worked).toEqual([event(1)]);
    expect(errors).toEqual([expect.stringMatching(/^handling events after the response.*: the database is down$/)]);
  });

  test("needs a token that authorize accepts, which is checked after the signature", async () => {
    const asked: (string | undefined)[] = [];
    const { deliver, send, accepted } = started({
      authorize: async (token) => {
        asked.push(token);
        return token === "good";
      },
    });
    const tokens = ["Bearer null", "Bearer bad", "Basic good", "good", "bearer good"];
    const statuses = [];
    for (const authorization of tokens) statuses.push(await deliver([event(1)], { authorization }));
    statuses.push(await deliver([event(1)]));
    expect(statuses).toEqual([401, 401, 401, 401, 204, 401]);
    expect(asked).toEqual([undefined, "bad", undefined, undefined, "good", undefined]);
    expect((await send("[]", { authorization: "Bearer good" })).status).toBe(401);
    expect(asked).toHaveLength(6);
    expect(accepted).toEqual([event(1)]);
  });

  test("that is too large or has another method is rejected", async () => {
    const { send, deliver } = started({ largestBody: 100 });
    expect(await deliver([event(1), event(2), event(3)])).toBe(413);
    expect(await send("", {}, "GET")).toMatchObject({ status: 405, headers: { allow: "POST" } });
    expect(await send("", {}, "PUT")).toMatchObject({ status: 405 });
  });

  test("gets a response even if log and onError fail", async () => {
    const { deliver } = started({
      onError() {
        throw new Error("no disk");
      },
      enqueue() {
        throw new Error("the queue is down");
      },
    });
    expect(await deliver([event(1)])).toBe(503);
  });
});

describe("a verification request", () => {
  const body = JSON.stringify(probe);

  test("is rejected like any unsigned request if the receiver does not use it", async () => {
    expect((await started().send(body)).status).toBe(401);
  });

  test("is stored before the response 200, and the log contains no key", async () => {
    const probes = keepProbesInMemory();
    const { send, lines } = started({ probes });
    expect((await send(body)).status).toBe(200);
    expect(await probes.get(probe.callbackId)).toEqual(probe);
    expect(lines).toEqual([`ENS posted the verification key of callback ${probe.callbackId}`]);
  });

  test("that cannot be stored is not acknowledged, so that no callback is created whose key is lost", async () => {
    const probes = { put: () => Promise.reject(new Error("no disk")), get: () => undefined };
    const { send, errors } = started({ probes });
    expect((await send(body)).status).toBe(503);
    expect(errors).toEqual(["responding to a request: no disk"]);
  });

  test("is returned only with the token, by its id in the path or in the query", async () => {
    const probes = keepProbesInMemory();
    const pullToken = "0123456789abcdef";
    const { send } = started({ probes, pullToken });
    await send(body);
    const get = (url: string, authorization?: string) =>
      send("", authorization === undefined ? {} : { authorization }, "GET", url);
    const good = `Bearer ${pullToken}`;
    expect(await get(`/ens/${probe.callbackId}`, good)).toMatchObject({ status: 200, body });
    expect(await get(`/ens?callbackId=${probe.callbackId}`, good)).toMatchObject({ status: 200, body });
    expect(await get("/ens/99999999-2222-4333-8444-555555555555", good)).toMatchObject({ status: 404, body: "" });
    expect(await get("/ens/%E0%A4%A", good)).toMatchObject({ body: "" });
    for (const bad of [undefined, "Bearer", "Bearer 0123456789abcde", "Bearer null", pullToken]) {
      expect(await get(`/ens/${probe.callbackId}`, bad)).toMatchObject({ status: 401, body: "" });
    }
  });
});

test("a receiver that cannot verify callbacks says so at the start, and accepts deliveries", async () => {
  const { ENS_CLIENT_ID: _, ENS_SUBDOMAIN: __, ENS_REST_URL: ___, ...env } = process.env;
  const before = process.env;
  process.env = env;
  try {
    const { errors, deliver } = started({ handshake: true });
    expect(errors).toEqual([
      expect.stringMatching(
        /^reading its settings: new callbacks cannot be verified because of missing or invalid settings: ens:subdomain is not set: export ENS_SUBDOMAIN/,
      ),
    ]);
    expect(await deliver([event(1)])).toBe(204);
  } finally {
    process.env = before;
  }
});

test.each<[string, Partial<ReceiverOptions>, string]>([
  ["no function for events", { enqueue: undefined } as never, "a receiver needs enqueue or handle"],
  ["a key that cannot be right", { keys: "x" }, "keys is not base64"],
  ["a token without a store", { pullToken: "0123456789abcdef" }, "pullToken needs probes"],
  ["a token that can be guessed", { pullToken: "x", probes: keepProbesInMemory() }, "at least 16 characters"],
  ["a string for handshake", { handshake: "yes" as never }, "handshake must be true, false, or settings"],
])("creating a receiver with %s throws", (_, options, message) => {
  expect(() => started(options)).toThrow(message);
});

test.each<[string, Partial<ReceiverOptions>]>([
  ["keys", { keys: () => JSON.parse(key) as string }],
  ["authorize", { authorize: () => JSON.parse(key) as boolean }],
  ["enqueue", { enqueue: () => JSON.parse(key) as undefined }],
])("an error of JSON.parse in %s gets a 503, and the report contains no part of the input", async (_, options) => {
  const reported: Error[] = [];
  const { deliver } = started({ ...options, onError: (error) => reported.push(error as Error) });
  expect(await deliver([event(1)])).toBe(503);
  expect(reported.map(({ message }) => message)).toEqual(["the input of a function of the receiver is not valid JSON"]);
  expect(reported[0]?.stack).toMatch(/^Error: the input of a function[^\n]*\n +at /);
  expect(reported[0]?.stack).not.toContain(key.slice(0, 8));
});
