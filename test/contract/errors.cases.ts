import type { Fault } from "pulumi-ens-simulator";
import { schemeOf } from "./authentication-steps";
import {
  CALLBACKS,
  created,
  NOBODY,
  REGENERATE,
  refusal,
  SCHEMES,
  SUBSCRIPTIONS,
  state,
  VERIFY,
  wanted,
} from "./steps";
import { BY_CALLBACK, change, subscription } from "./subscription-steps";
import type { Answer, Case, Session } from "./suite";

/** Routes with a body, and whether they accept an array. */
const BODIES = [
  { method: "POST", path: CALLBACKS, array: true },
  { method: "PUT", path: CALLBACKS, array: true },
  { method: "PUT", path: REGENERATE, array: true },
  { method: "POST", path: SUBSCRIPTIONS, array: true },
  { method: "PUT", path: SUBSCRIPTIONS, array: true },
  { method: "POST", path: SCHEMES, array: true },
  { method: "PUT", path: SCHEMES, array: true },
  { method: "POST", path: VERIFY, array: false },
] as const;

/** Asserts that the next request meets the fault and the one after it does not. */
async function faulty(ens: Session, fault: Fault): Promise<Answer> {
  const before = await state(ens);
  await ens.simulator.admin.faults([{ ...fault, method: "POST", path: CALLBACKS }]);
  const answer = await ens.call("POST", CALLBACKS, [wanted(ens)]);
  expect(await state(ens)).toEqual(before);
  expect(ens.receiver.probes).toEqual([]);
  return answer;
}

/** A case for all documented codes of a status. */
function codes(status: number, errorcodes: readonly number[]): Case {
  return {
    id: `error.codes-${status}`,
    needs: "simulator",
    async run(ens) {
      for (const errorcode of errorcodes) {
        const answer = await faulty(ens, { kind: "status", status, errorcode, message: "made up" });
        expect(answer).toEqual(refusal(status, errorcode));
      }
      await created(ens);
    },
  };
}

/** A case for an observed or documented error body that differs from most errors. */
function shape(id: string, fault: Pick<Fault, "shape" | "errorcode">, body: object): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      const answer = await faulty(ens, { kind: "status", status: 400, message: "made up", ...fault });
      expect(answer).toMatchObject({ status: 400, body });
      expect(answer.headers.get("content-type")).toMatch(/^application\/json\b/);
    },
  };
}

/** A case for paths that ENS does not have, with any method. */
function unknownPaths(id: string, paths: readonly string[]): Case {
  return {
    id,
    needs: "anywhere",
    async run(ens) {
      for (const path of paths) {
        for (const method of ["GET", "POST", "PUT", "DELETE"]) {
          const body = method === "POST" || method === "PUT" ? [{}] : undefined;
          const answer = await ens.call(method, path, body);
          expect({ method, path, status: answer.status }).toEqual({ method, path, status: 404 });
        }
      }
    },
  };
}

export const ERRORS: readonly Case[] = [
  {
    id: "error.shape",
    needs: "anywhere",
    async run(ens) {
      const refusals = [
        await ens.call("GET", CALLBACKS, undefined, { token: "unknown" }),
        await ens.call("GET", CALLBACKS, undefined, { token: await ens.token({ scope: "" }) }),
        await ens.call("POST", CALLBACKS, {}),
        await ens.call("POST", CALLBACKS, [{}]),
        await ens.call("POST", CALLBACKS, "no JSON"),
        await ens.call("POST", CALLBACKS, "[]", { headers: { "content-type": "text/plain" } }),
        await ens.call("GET", `${CALLBACKS}/not-a-guid`),
        await ens.call("GET", `${BY_CALLBACK}/${NOBODY}`),
        await ens.call("PUT", SUBSCRIPTIONS, [{ subscriptionId: NOBODY, eventCategoryTypes: ["unknown"] }]),
        await ens.call("POST", VERIFY, { callbackId: NOBODY, verificationKey: "wrong" }),
        await ens.call("DELETE", `${SUBSCRIPTIONS}/${NOBODY}`),
        await ens.call("POST", SCHEMES, { authType: "basic" }),
        await ens.call("GET", "/platform/v1/nothing"),
      ];
      expect(refusals.map(({ status }) => status)).toEqual([
        401, 403, 400, 400, 400, 415, 400, 404, 404, 404, 404, 400, 404,
      ]);
      for (const { body } of refusals) {
        expect(body).toEqual({
          message: expect.stringMatching(/./),
          errorcode: expect.any(Number),
          documentation: expect.any(String),
        });
      }
    },
  },
  {
    id: "error.content-type",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, subscriptionId } = await subscription(ens);
      const answers = [
        await ens.call("GET", CALLBACKS),
        await ens.call("GET", `${CALLBACKS}/${callbackId}`),
        await ens.call("PUT", REGENERATE, [{ callbackId }]),
        await ens.call("GET", `${SUBSCRIPTIONS}/${subscriptionId}`),
        await ens.call("GET", `${BY_CALLBACK}/${callbackId}`),
        await ens.call("POST", CALLBACKS, [wanted(ens)]),
        await ens.call("POST", CALLBACKS, [{}]),
        await ens.call("GET", CALLBACKS, undefined, { token: null }),
        await ens.call("GET", `${SUBSCRIPTIONS}/${NOBODY}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 201, 400, 401, 404]);
      for (const { headers, text } of answers) {
        expect(headers.get("content-type")).toMatch(/^application\/json\b/);
        expect(() => JSON.parse(text)).not.toThrow();
      }
    },
  },
  {
    id: "error.request-content-type",
    needs: "simulator",
    async run(ens) {
      const { callbackId, callbackName } = await created(ens);
      const before = await state(ens);
      const bodies: Record<string, object> = {
        [`POST ${CALLBACKS}`]: [wanted(ens)],
        [`PUT ${CALLBACKS}`]: [{ callbackId, callbackName, maxBatchSize: 200 }],
        [`PUT ${REGENERATE}`]: [{ callbackId }],
      };
      for (const { method, path } of BODIES) {
        for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json"]) {
          const body = bodies[`${method} ${path}`] ?? {};
          const answer = await ens.call(method, path, body, { headers: { "content-type": type } });
          expect({ method, path, type, answer }).toEqual({ method, path, type, answer: refusal(415, 0) });
        }
      }
      expect(await state(ens)).toEqual(before);
      expect(ens.receiver.probes).toHaveLength(1);
      const headers = { "content-type": "application/json; charset=utf-8" };
      expect((await ens.call("POST", CALLBACKS, [wanted(ens)], { headers })).status).toBe(201);
    },
  },
  {
    id: "error.content-type-on-get",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, subscriptionId } = await subscription(ens);
      const authorization = `Bearer ${await ens.token()}`;
      const types = [{ "content-type": "application/json" }, {}];
      for (const [method, path, statuses] of [
        ["GET", CALLBACKS, [200, 200]],
        ["GET", `${CALLBACKS}/${callbackId}`, [200, 200]],
        ["GET", `${BY_CALLBACK}/${callbackId}`, [200, 200]],
        ["DELETE", `${SUBSCRIPTIONS}/${subscriptionId}`, [200, 404]],
        ["DELETE", `${CALLBACKS}/${NOBODY}`, [404, 404]],
      ] as const) {
        for (const [index, type] of types.entries()) {
          const answer = await fetch(ens.restUrl + path, { method, headers: { authorization, ...type } });
          await answer.arrayBuffer();
          expect({ method, path, type, status: answer.status }).toEqual({
            method,
            path,
            type,
            status: statuses[index],
          });
        }
      }
      expect(
        await (await fetch(`${ens.restUrl}${CALLBACKS}/${callbackId}`, { headers: { authorization } })).json(),
      ).toMatchObject({ callbackId });
    },
  },
  {
    id: "error.empty-304",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, callbackName, url } = await created(ens);
      const { subscriptionId, subscriptionName, callbackId: owner, eventCategoryTypes } = await subscription(ens);
      const answers = [
        await ens.call("POST", CALLBACKS, [{ callbackName, url }]),
        await ens.call("PUT", CALLBACKS, [{ callbackId, callbackName }]),
        await ens.call("POST", SUBSCRIPTIONS, [{ subscriptionName, callbackId: owner, eventCategoryTypes }]),
        await change(ens, { subscriptionId, eventCategoryTypes }),
        await change(ens, { subscriptionId, eventCategoryTypes, status: "active", statusReason: "why" }),
      ];
      for (const { status, text, headers } of answers) {
        expect({ status, text }).toEqual({ status: 304, text: "" });
        expect(headers.get("content-type")).toBeNull();
      }
    },
  },
  {
    id: "error.empty-array",
    needs: "simulator",
    async run(ens) {
      await subscription(ens);
      await schemeOf(ens);
      const before = await state(ens);
      for (const { method, path } of BODIES.filter(({ array }) => array)) {
        const answer = await ens.call(method, path, []);
        expect({ method, path, answer }).toEqual({ method, path, answer: refusal(400, 10002) });
      }
      expect(await state(ens)).toEqual(before);
    },
  },
  {
    id: "error.malformed-json",
    needs: "simulator",
    async run(ens) {
      const whole = JSON.stringify([wanted(ens)]);
      for (const { method, path } of BODIES) {
        for (const body of [whole.slice(0, -1), `${whole}]`, "callbackName=orders", "[{'url': 'x'}]", ""]) {
          const answer = await ens.call(method, path, body);
          expect({ method, path, body, answer }).toEqual({ method, path, body, answer: refusal(400, 10004) });
        }
      }
      expect(ens.receiver.probes).toEqual([]);
      expect(await state(ens)).toEqual({ callbacks: [], subscriptions: [], authentications: [] });
    },
  },
  shape(
    "error.aggregate",
    { shape: "aggregate", errorcode: 10006 },
    { errorcode: 10006, additionalErrors: [{ message: "made up" }] },
  ),
  shape(
    "error.validation-errors",
    { shape: "validationErrors", errorcode: 10005 },
    { validationErrors: [{ message: "made up", errorcode: 10005, documentation: expect.any(String) }] },
  ),
  shape("error.errors-array", { shape: "errors" }, { errors: [{ message: "made up" }] }),
  shape("error.error-code-spelling", { shape: "error_code", errorcode: 10003 }, { error_code: 10003 }),
  {
    id: "error.html",
    needs: "simulator",
    async run(ens) {
      for (const status of [502, 503]) {
        const answer = await faulty(ens, { kind: "html", status });
        expect(answer).toMatchObject({ status, body: undefined, text: expect.stringMatching(/^<html>/) });
        expect(answer.headers.get("content-type")).toMatch(/^text\/html\b/);
      }
    },
  },
  {
    id: "error.not-found-code",
    needs: "anywhere",
    async run(ens) {
      for (const [method, path, body] of [
        ["GET", `${CALLBACKS}/${NOBODY}`, undefined],
        ["PUT", CALLBACKS, [{ callbackId: NOBODY, callbackName: "x" }]],
        ["DELETE", `${CALLBACKS}/${NOBODY}`, undefined],
        ["POST", VERIFY, { callbackId: NOBODY, verificationKey: "x" }],
        ["PUT", REGENERATE, [{ callbackId: NOBODY }]],
        ["GET", `${SUBSCRIPTIONS}/${NOBODY}`, undefined],
        ["GET", `${BY_CALLBACK}/${NOBODY}`, undefined],
        ["DELETE", `${SUBSCRIPTIONS}/${NOBODY}`, undefined],
        ["DELETE", `${SCHEMES}/${NOBODY}`, undefined],
      ] as const) {
        const answer = await ens.call(method, path, body);
        expect({ method, path, answer }).toEqual({ method, path, answer: refusal(404, 404) });
        expect(answer.body).toMatchObject({ message: "Not Found" });
      }
    },
  },
  codes(400, [10000, 10001, 10002, 10003, 10004, 10005, 30000, 30001]),
  codes(401, [0, 40004]),
  codes(403, [20000, 20001, 20002, 40000, 40001, 40002, 40003]),
  codes(404, [30003]),
  codes(409, [30002, 30004]),
  {
    id: "error.status-596",
    needs: "simulator",
    async run(ens) {
      expect(await faulty(ens, { kind: "status", status: 596 })).toEqual(refusal(596, 0));
      await created(ens);
    },
  },
  unknownPaths("error.unknown-path-legacy", ["/webhooks", "/webhooks/verify", "/platform/v1/webhooks"]),
  unknownPaths("error.unknown-path-messaging", [
    "/messaging/v1/eventNotificationCallbacks",
    `/messaging/v1/eventNotificationCallbacks/${NOBODY}`,
    `/messaging/v1/eventNotificationCallbacks/${NOBODY}/subscriptions`,
  ]),
  unknownPaths("error.unknown-path-singular", [
    "/platform/v1/ens-subscription",
    `/platform/v1/ens-subscription/${NOBODY}`,
    "/platform/v1/ens-callback",
  ]),
];
