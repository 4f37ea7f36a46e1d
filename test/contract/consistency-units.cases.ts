import { wantedScheme } from "./authentication-steps";
import {
  CALLBACKS,
  created,
  keyOf,
  listed,
  REGENERATE,
  refusal,
  SCHEMES,
  SUBSCRIPTIONS,
  state,
  subscribed,
  VERIFY,
  verified,
  wanted,
} from "./steps";
import { asked, BY_CALLBACK, NOT_SENT } from "./subscription-steps";
import type { Case, Session } from "./suite";

/** Business unit B, a child of the enterprise. The session's own unit A is another child. */
const B = { account_id: 7000003 };
const PARENT = { account_id: 7000001 };

type Request = readonly [method: string, path: string, body?: unknown, status?: number];

/** A token of another business unit gets responses as if the object did not exist, and changes nothing. */
async function invisible(ens: Session, requests: readonly Request[], token?: string): Promise<void> {
  const before = await state(ens);
  for (const [method, path, body, status = 404] of requests) {
    const answer = await ens.call(method, path, body, token === undefined ? {} : { token });
    const expected = refusal(status, status === 404 ? 404 : 10005);
    expect({ method, path, body, answer }).toEqual({ method, path, body, answer: expected });
  }
  expect(await state(ens)).toEqual(before);
}

export const CONSISTENCY_UNITS: readonly Case[] = [
  {
    id: "consistency.other-mid-callback",
    needs: "simulator",
    async run(ens) {
      const token = await ens.token(B);
      const { callbackId } = await verified(ens, {}, token);
      const fresh = await created(ens, {}, token);
      const requests: Request[] = [
        ["GET", `${CALLBACKS}/${callbackId}`],
        ["PUT", CALLBACKS, [{ callbackId, callbackName: "taken over" }]],
        ["PUT", REGENERATE, [{ callbackId }]],
        ["GET", `${BY_CALLBACK}/${callbackId}`],
        ["POST", SUBSCRIPTIONS, [asked(ens, callbackId)]],
        ["DELETE", `${CALLBACKS}/${fresh.callbackId}`],
        ["POST", VERIFY, keyOf(ens, fresh.callbackId)],
      ];
      await invisible(ens, requests);
      const parent = await ens.token(PARENT);
      await invisible(ens, requests, parent);
      await ens.turn({ crossBu: "parent" });
      await invisible(ens, requests);
      expect((await ens.call("GET", `${CALLBACKS}/${callbackId}`, undefined, { token: parent })).status).toBe(200);
      expect((await ens.call("GET", `${BY_CALLBACK}/${callbackId}`, undefined, { token: parent })).status).toBe(200);
    },
  },
  {
    id: "consistency.other-mid-subscription",
    needs: "simulator",
    async run(ens) {
      const token = await ens.token(B);
      const { callbackId } = await verified(ens, {}, token);
      const subscriptionId = await subscribed(ens, callbackId, token);
      const requests: Request[] = [
        ["GET", `${SUBSCRIPTIONS}/${subscriptionId}`],
        ["PUT", SUBSCRIPTIONS, [{ subscriptionId, eventCategoryTypes: [NOT_SENT] }]],
        ["DELETE", `${SUBSCRIPTIONS}/${subscriptionId}`],
      ];
      await invisible(ens, requests);
      const parent = await ens.token(PARENT);
      await invisible(ens, requests, parent);
      await ens.turn({ crossBu: "parent" });
      await invisible(ens, requests);
      const path = `${SUBSCRIPTIONS}/${subscriptionId}`;
      expect(await ens.call("GET", path, undefined, { token: parent })).toMatchObject({
        status: 200,
        body: { callbackId, subscriptionId },
      });
    },
  },
  {
    id: "consistency.other-mid-scheme",
    needs: "simulator",
    async run(ens) {
      const token = await ens.token(B);
      const made = await ens.call("POST", SCHEMES, wantedScheme(ens), { token });
      const authId = String(made.items[0]?.authId);
      const own = await created(ens);
      const { callbackId, callbackName } = own;
      const probes = ens.receiver.probes.length;
      const requests: Request[] = [
        ["PUT", SCHEMES, wantedScheme(ens, { authId })],
        ["DELETE", `${SCHEMES}/${authId}`],
        ["POST", CALLBACKS, [wanted(ens, { authId })], 400],
        ["PUT", CALLBACKS, [{ callbackId, callbackName, authId }], 400],
      ];
      await invisible(ens, requests);
      expect(ens.receiver.probes).toHaveLength(probes);
      await ens.turn({ crossBu: "parent" });
      await invisible(ens, requests);
      const parent = await ens.token(PARENT);
      const put = await ens.call("PUT", SCHEMES, wantedScheme(ens, { authId }), { token: parent });
      expect(put).toMatchObject({ status: 200, items: [{ authId }] });
      // It still belongs to the child.
      expect((await state(ens)).authentications).toMatchObject([{ authId, mid: 7000003 }]);
    },
  },
  {
    id: "consistency.cross-bu-list",
    needs: "simulator",
    async run(ens) {
      const [parent, b] = [await ens.token(PARENT), await ens.token(B)];
      const child = await created(ens);
      const ids = async (token?: string) => (await listed(ens, token)).map(({ callbackId }) => callbackId);
      expect(await ids(parent)).toEqual([]);
      await ens.turn({ crossBu: "parent" });
      expect(await ids(parent)).toEqual([child.callbackId]);
      expect(await ids(b)).toEqual([]);
      const own = await created(ens, {}, parent);
      expect(await ids(parent)).toEqual([child.callbackId, own.callbackId]);
      expect(await ids()).toEqual([child.callbackId]);
    },
  },
];
