import { request } from "node:http";
import {
  CALLBACKS,
  created,
  EMAIL_SENT,
  keyOf,
  listed,
  NOBODY,
  REGENERATE,
  refusal,
  SCHEMES,
  SUBSCRIPTIONS,
  scheme,
  state,
  subscribed,
  VERIFY,
  verified,
  wanted,
} from "./steps";
import type { Case, Session } from "./suite";

const CONTEXT = "/platform/v1/tokenContext";
const BY_CALLBACK = "/platform/v1/ens-subscriptions-by-cb";
const READ = "event_notification_callback_read";

/** Requests a token of a package without permissions for ENS. */
const WEBHOOKS = { clientId: "hooks", clientSecret: "hooks-secret", scopes: ["webhooks_read", "webhooks_write"] };
const AS_WEBHOOKS = { client_id: "hooks", client_secret: "hooks-secret" };

/** Two tenants, each with its own host. */
const OTHER = { clientId: "other", clientSecret: "other-secret", tenant: 8000001, owner: 8000002 };
const HOSTS = [
  { clientId: "sim-client", clientSecret: "sim-secret", hosts: ["mc-one.rest.example.org"] },
  { ...OTHER, hosts: ["mc-two.rest.example.org"] },
];

/** Sends a request to the host of a tenant. */
function at(host: string, ens: Session, token: string): Promise<{ status: number; body: unknown }> {
  const headers = { host, authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    request(`${ens.restUrl}${CONTEXT}`, { headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    })
      .on("error", reject)
      .end();
  });
}

/** Valid and invalid requests without the permission get the same response. */
async function withoutScope(ens: Session): Promise<void> {
  const { callbackId } = await created(ens);
  const token = await ens.token({ scope: READ });
  const calls: readonly [string, string, unknown?][] = [
    ["POST", CALLBACKS, [wanted(ens)]],
    ["POST", CALLBACKS, "{"],
    ["POST", CALLBACKS, []],
    ["PUT", CALLBACKS, [{ callbackId, maxBatchSize: "many" }]],
    ["PUT", CALLBACKS, [{ callbackId: NOBODY, callbackName: "x" }]],
    ["DELETE", `${CALLBACKS}/no-guid`],
    ["DELETE", `${CALLBACKS}/${NOBODY}`],
    ["POST", VERIFY, { callbackId: NOBODY, verificationKey: "x" }],
    ["GET", `${SUBSCRIPTIONS}/${NOBODY}`],
  ];
  const before = await state(ens);
  for (const [missingScope, errorcode] of [
    [403, 20002],
    [401, 0],
  ] as const) {
    await ens.turn({ missingScope });
    for (const [method, path, body] of calls) {
      expect(await ens.call(method, path, body, { token })).toEqual(refusal(missingScope, errorcode));
    }
  }
  expect(await state(ens)).toEqual(before);
}

export const TOKEN_USE: readonly Case[] = [
  {
    id: "token.bu-binding",
    needs: "simulator",
    async run(ens) {
      const [one, other] = [await ens.token({ account_id: 7000003 }), await ens.token({ account_id: 7000004 })];
      const { callbackId } = await verified(ens, {}, other);
      const subscriptionId = await subscribed(ens, callbackId, other);
      const { callbackId: unverified } = await created(ens, {}, other);
      const { callbackId: own } = await created(ens, {}, one);
      const before = await state(ens);
      const foreign: readonly [string, string, unknown?][] = [
        ["GET", `${CALLBACKS}/${callbackId}`],
        ["PUT", CALLBACKS, [{ callbackId, callbackName: "mine" }]],
        ["DELETE", `${CALLBACKS}/${unverified}`],
        ["POST", VERIFY, keyOf(ens, unverified)],
        ["PUT", REGENERATE, [{ callbackId }]],
        ["GET", `${SUBSCRIPTIONS}/${subscriptionId}`],
        ["GET", `${BY_CALLBACK}/${callbackId}`],
        ["PUT", SUBSCRIPTIONS, [{ subscriptionId, eventCategoryTypes: [EMAIL_SENT] }]],
        ["DELETE", `${SUBSCRIPTIONS}/${subscriptionId}`],
        ["POST", SUBSCRIPTIONS, [{ subscriptionName: "x", callbackId, eventCategoryTypes: [EMAIL_SENT] }]],
      ];
      for (const [method, path, body] of foreign) {
        const { status } = await ens.call(method, path, body, { token: one });
        expect({ method, path, status }).toEqual({ method, path, status: 404 });
      }
      expect((await listed(ens, one)).map((callback) => callback.callbackId)).toEqual([own]);
      expect(await state(ens)).toEqual(before);
    },
  },
  {
    id: "token.in-url-or-body",
    needs: "anywhere",
    async run(ens) {
      const token = await ens.token();
      const url = await ens.call("GET", `${CALLBACKS}?access_token=${token}`, undefined, { token: null });
      expect(url).toEqual(refusal(401, 40004));
      const body = await ens.call("POST", VERIFY, { access_token: token, callbackId: NOBODY }, { token: null });
      expect(body).toEqual(refusal(401, 40004));
      expect((await ens.call("GET", CALLBACKS, undefined, { token })).status).toBe(200);
    },
  },
  {
    id: "token.expired",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await created(ens);
      const path = `${CALLBACKS}/${callbackId}`;
      const token = await ens.token();
      await ens.simulator.admin.clock({ advanceSeconds: 1200 });
      const refused = await ens.call("GET", path, undefined, { token });
      expect(refused).toEqual(refusal(401, 0));
      expect(refused.body).toMatchObject({ message: "Not Authorized" });
      const again = await ens.call("GET", path, undefined, { token: await ens.token() });
      expect(again.items).toEqual([expect.objectContaining({ callbackId })]);
    },
  },
  {
    id: "token.wrong-host",
    needs: "simulator",
    options: { packages: HOSTS },
    async run(ens) {
      const own = await ens.token();
      const other = await ens.token({ client_id: "other", client_secret: "other-secret" });
      const statuses = [];
      for (const host of ["mc-one.rest.example.org", "mc-two.rest.example.org:443"]) {
        for (const token of [own, other]) statuses.push((await at(host, ens, token)).status);
      }
      expect(statuses).toEqual([200, 403, 403, 200]);
      expect(await at("mc-one.rest.example.org", ens, other)).toEqual(refusal(403, 40002));
    },
  },
  {
    id: "token.missing-scope.body",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await created(ens);
      const authId = await scheme(ens);
      const token = await ens.token({ scope: "" });
      const calls: readonly [string, string, unknown?][] = [
        ["POST", CALLBACKS, [wanted(ens)]],
        ["GET", CALLBACKS],
        ["GET", `${CALLBACKS}/${callbackId}`],
        ["PUT", CALLBACKS, [{ callbackId, callbackName: "x" }]],
        ["DELETE", `${CALLBACKS}/${callbackId}`],
        ["POST", VERIFY, keyOf(ens, callbackId)],
        ["PUT", REGENERATE, [{ callbackId }]],
        ["POST", SUBSCRIPTIONS, [{ subscriptionName: "x", callbackId, eventCategoryTypes: [EMAIL_SENT] }]],
        ["GET", `${BY_CALLBACK}/${callbackId}`],
        ["DELETE", `${SCHEMES}/${authId}`],
      ];
      const before = await state(ens);
      for (const [method, path, body] of calls) {
        await ens.turn({ missingScope: 403 });
        const refused = await ens.call(method, path, body, { token });
        expect(refused).toEqual(refusal(403, 20002));
        expect(refused.body).toMatchObject({ message: "Insufficient privileges to complete this action." });
        await ens.turn({ missingScope: 401 });
        expect(await ens.call(method, path, body, { token })).toEqual(refusal(401, 0));
      }
      expect(await state(ens)).toEqual(before);
    },
  },
  { id: "token.missing-scope.before-body", needs: "simulator", run: withoutScope },
  {
    id: "token.missing-scope.as-401",
    needs: "simulator",
    options: { switches: { missingScope: 401 } },
    async run(ens) {
      const token = await ens.token({ scope: READ });
      const refused = await ens.call("POST", CALLBACKS, [wanted(ens)], { token });
      expect(refused).toEqual(refusal(401, 0));
      expect(refused.body).toMatchObject({ message: "Not Authorized" });
      expect(await listed(ens, token)).toEqual([]);
      await ens.turn({ missingScope: 403 });
      expect((await ens.call("POST", CALLBACKS, [wanted(ens)], { token })).status).toBe(403);
    },
  },
  {
    id: "token.webhooks-scopes",
    needs: "simulator",
    options: { packages: [WEBHOOKS] },
    async run(ens) {
      const answer = await ens.askToken(AS_WEBHOOKS);
      expect(answer.items[0]).toMatchObject({ scope: "webhooks_read webhooks_write" });
      const token = String(answer.items[0]?.access_token);
      expect(await ens.call("GET", CALLBACKS, undefined, { token })).toEqual(refusal(403, 20002));
      expect(await ens.call("POST", CALLBACKS, [wanted(ens)], { token })).toEqual(refusal(403, 20002));
      expect(ens.receiver.probes).toEqual([]);
    },
  },
  {
    id: "token.context",
    needs: "anywhere",
    async run(ens) {
      const answer = await ens.call("GET", CONTEXT, undefined, { token: await ens.token({ scope: "" }) });
      expect(answer.status).toBe(200);
      const id = { id: expect.any(Number) };
      expect(answer.body).toEqual({ enterprise: id, organization: id, user: id });
    },
  },
  {
    id: "token.context.mid",
    needs: "simulator",
    options: { packages: [OTHER] },
    async run(ens) {
      const context = async (over: object) =>
        (await ens.call("GET", CONTEXT, undefined, { token: await ens.token(over) })).body;
      expect(await context({})).toMatchObject({ enterprise: { id: 7000001 }, organization: { id: 7000002 } });
      expect(await context({ account_id: 7000005 })).toMatchObject({
        enterprise: { id: 7000001 },
        organization: { id: 7000005 },
      });
      expect(await context({ client_id: "other", client_secret: "other-secret" })).toMatchObject({
        enterprise: { id: 8000001 },
        organization: { id: 8000002 },
      });
    },
  },
];
