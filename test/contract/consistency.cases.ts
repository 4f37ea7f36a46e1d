import { schemeOf } from "./authentication-steps";
import {
  CALLBACKS,
  created,
  GUID,
  keyOf,
  listed,
  read,
  refusal,
  SCHEMES,
  SUBSCRIPTIONS,
  state,
  subscribed,
  VERIFY,
  verified,
  verify,
  wanted,
} from "./steps";
import { asked, BY_CALLBACK, change, delivered, listOf, shown, subscription } from "./subscription-steps";
import type { Case, Session } from "./suite";

const advance = (ens: Session, advanceSeconds: number) => ens.simulator.admin.clock({ advanceSeconds });
const readSubscription = async (ens: Session, id: string) => (await ens.call("GET", `${SUBSCRIPTIONS}/${id}`)).status;

/** Creates a scheme, a callback that uses it, and a subscription of the callback. */
async function chain(ens: Session) {
  const authId = await schemeOf(ens);
  const { callbackId } = await verified(ens, { authId });
  return { authId, callbackId, subscriptionId: await subscribed(ens, callbackId) };
}

export const CONSISTENCY: readonly Case[] = [
  {
    id: "consistency.read-after-create",
    needs: "simulator",
    async run(ens) {
      const now = await subscription(ens);
      expect(await read(ens, now.callbackId)).toMatchObject({ callbackId: now.callbackId });
      expect(await listed(ens)).toMatchObject([{ callbackId: now.callbackId }]);
      expect(await readSubscription(ens, now.subscriptionId)).toBe(200);
      expect(await listOf(ens, now.callbackId)).toHaveLength(1);
      for (const readLag of [5, 30]) {
        await ens.turn({ readLag });
        await advance(ens, readLag);
        const seen = await listed(ens);
        const later = await subscription(ens);
        await advance(ens, readLag - 1);
        expect(await read(ens, later.callbackId)).toBeUndefined();
        expect(await readSubscription(ens, later.subscriptionId)).toBe(404);
        expect(await listed(ens)).toEqual(seen);
        await advance(ens, 1);
        expect(await read(ens, later.callbackId)).toMatchObject({ status: "verified" });
        expect(await listed(ens)).toHaveLength(seen.length + 1);
        expect(await listOf(ens, later.callbackId)).toMatchObject([{ subscriptionId: later.subscriptionId }]);
      }
    },
  },
  {
    id: "consistency.read-lag-404",
    needs: "simulator",
    async run(ens) {
      for (const readLag of [5, 30]) {
        await ens.turn({ readLag });
        const { callbackId, url } = await created(ens);
        const get = () => ens.call("GET", `${CALLBACKS}/${callbackId}`);
        for (const advanceSeconds of [0, readLag - 1, 0.9]) {
          await advance(ens, advanceSeconds);
          expect(await get()).toEqual(refusal(404, 404));
        }
        // Only reads are delayed. Writes see the object at once.
        expect(await ens.call("POST", CALLBACKS, [wanted(ens, { url })])).toEqual(refusal(400, 30001));
        await advance(ens, 0.1);
        expect((await get()).status).toBe(200);
      }
    },
  },
  {
    id: "consistency.read-after-update",
    needs: "simulator",
    async run(ens) {
      const { callbackId, subscriptionId, eventCategoryTypes } = await subscription(ens);
      const put = async (callbackName: string, status: string) => {
        expect((await ens.call("PUT", CALLBACKS, [{ callbackId, callbackName }])).status).toBe(200);
        const turned = { subscriptionId, eventCategoryTypes, status, statusReason: callbackName };
        expect((await change(ens, turned)).status).toBe(200);
      };
      const seen = async () => {
        const callback = await read(ens, callbackId);
        const { status, statusReason } = await shown(ens, subscriptionId);
        return [callback?.callbackName, status, statusReason];
      };
      await put("second", "paused");
      expect(await seen()).toEqual(["second", "paused", "second"]);
      await advance(ens, 60);
      await ens.turn({ readLag: 5 });
      await put("third", "active");
      await advance(ens, 4);
      expect(await seen()).toEqual(["second", "paused", "second"]);
      await advance(ens, 1);
      expect(await seen()).toEqual(["third", "active", "third"]);
      await ens.turn({ readLag: 30 });
      expect(await seen()).toEqual(["second", "paused", "second"]);
      await advance(ens, 25);
      expect(await seen()).toEqual(["third", "active", "third"]);
    },
  },
  {
    id: "consistency.read-after-delete",
    needs: "simulator",
    async run(ens) {
      const remove = async (callbackId: string) =>
        expect((await ens.call("DELETE", `${CALLBACKS}/${callbackId}`)).status).toBe(200);
      const now = await created(ens);
      await remove(now.callbackId);
      expect(await read(ens, now.callbackId)).toBeUndefined();
      for (const readLag of [5, 30]) {
        const { callbackId, url } = await created(ens);
        await advance(ens, 60);
        await ens.turn({ readLag });
        await remove(callbackId);
        await advance(ens, readLag - 1);
        expect(await read(ens, callbackId)).toMatchObject({ url });
        expect(await listed(ens)).toHaveLength(1);
        await advance(ens, 1);
        expect(await read(ens, callbackId)).toBeUndefined();
        expect(await listed(ens)).toEqual([]);
      }
    },
  },
  {
    id: "consistency.delete-order",
    needs: "anywhere",
    async run(ens) {
      const { authId, callbackId, subscriptionId } = await chain(ens);
      for (const path of [`${SUBSCRIPTIONS}/${subscriptionId}`, `${CALLBACKS}/${callbackId}`, `${SCHEMES}/${authId}`]) {
        expect((await ens.call("DELETE", path)).status).toBe(200);
        expect(await ens.call("DELETE", path)).toEqual(refusal(404, 404));
      }
    },
  },
  {
    id: "consistency.delete-wrong-order",
    needs: "simulator",
    async run(ens) {
      const { authId, callbackId } = await chain(ens);
      const before = await state(ens);
      expect(await ens.call("DELETE", `${CALLBACKS}/${callbackId}`)).toEqual(refusal(409, 30002));
      expect(await ens.call("DELETE", `${SCHEMES}/${authId}`)).toEqual(refusal(409, 30002));
      await ens.turn({ authInUseStatus: 400 });
      expect(await ens.call("DELETE", `${SCHEMES}/${authId}`)).toEqual(refusal(400, 30002));
      expect(await ens.call("DELETE", `${CALLBACKS}/${callbackId}`)).toEqual(refusal(409, 30002));
      expect(await state(ens)).toEqual(before);
    },
  },
  {
    id: "consistency.association-lag",
    needs: "simulator",
    async run(ens) {
      const { authId, callbackId, subscriptionId } = await chain(ens);
      const detached = await verified(ens, { authId });
      await advance(ens, 600);
      await ens.turn({ associationLag: 120 });
      const remove = async (path: string, expected: object) =>
        expect(await ens.call("DELETE", path)).toMatchObject(expected);
      await remove(`${SUBSCRIPTIONS}/${subscriptionId}`, { status: 200 });
      expect(await listOf(ens, callbackId)).toEqual([]);
      await advance(ens, 119);
      await remove(`${CALLBACKS}/${callbackId}`, refusal(409, 30002));
      await advance(ens, 1);
      await remove(`${CALLBACKS}/${callbackId}`, { status: 200 });
      const { callbackName } = detached;
      const body = [{ callbackId: detached.callbackId, callbackName, authId: null }];
      expect((await ens.call("PUT", CALLBACKS, body)).status).toBe(200);
      await advance(ens, 119);
      await remove(`${SCHEMES}/${authId}`, refusal(409, 30002));
      await advance(ens, 1);
      await remove(`${SCHEMES}/${authId}`, { status: 200 });
      // Later associations are visible at once.
      const next = await chain(ens);
      await remove(`${CALLBACKS}/${next.callbackId}`, refusal(409, 30002));
      await remove(`${SCHEMES}/${next.authId}`, refusal(409, 30002));
    },
  },
  {
    id: "consistency.create-order",
    needs: "simulator",
    async run(ens) {
      const scheme = await ens.call("POST", SCHEMES, {
        authType: "oauth2",
        grantType: "client_credentials",
        authUrl: "https://login.example.org/token",
        clientId: "client",
        clientSecret: "made-up",
      });
      const authId = String(scheme.items[0]?.authId);
      const callback = await ens.call("POST", CALLBACKS, [wanted(ens, { authId })]);
      const callbackId = String(callback.items[0]?.callbackId);
      const tooEarly = await ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId)]);
      const verification = await verify(ens, callbackId);
      const subscribed = await ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId)]);
      const statuses = [scheme, callback, tooEarly, verification, subscribed].map(({ status }) => status);
      expect(statuses).toEqual([201, 201, 400, 200, 201]);
      expect(await delivered(ens, ["event"])).toEqual(["event"]);
      expect(ens.receiver.received[0]?.headers.authorization).toMatch(/^Bearer customer-token-/);
    },
  },
  {
    id: "consistency.ui-edit",
    needs: "simulator",
    async run(ens) {
      const { callbackId, subscriptionId } = await chain(ens);
      const { admin } = ens.simulator;
      await admin.patch("callbacks", callbackId, { callbackName: "edited in Setup", maxBatchSize: 150 });
      await admin.patch("subscriptions", subscriptionId, { status: "paused", filters: ["definitionKey=setup"] });
      expect(await read(ens, callbackId)).toMatchObject({ callbackName: "edited in Setup", maxBatchSize: 150 });
      expect(await listed(ens)).toMatchObject([{ callbackName: "edited in Setup" }]);
      const edited = { status: "paused", filters: ["definitionKey=setup"], callbackName: "edited in Setup" };
      expect(await shown(ens, subscriptionId)).toMatchObject(edited);
      expect(await listOf(ens, callbackId)).toMatchObject([edited]);
      await admin.remove("subscriptions", subscriptionId);
      expect(await readSubscription(ens, subscriptionId)).toBe(404);
      expect(await listOf(ens, callbackId)).toEqual([]);
      await admin.remove("callbacks", callbackId);
      expect(await read(ens, callbackId)).toBeUndefined();
      expect(await listed(ens)).toEqual([]);
    },
  },
  {
    id: "consistency.ui-create",
    needs: "simulator",
    async run(ens) {
      const { admin } = ens.simulator;
      const callback = { callbackName: "made in Setup", url: ens.url("setup") };
      const callbackId = await admin.add("callbacks", callback);
      const body = asked(ens, callbackId);
      const subscriptionId = await admin.add("subscriptions", body);
      expect(callbackId).toMatch(GUID);
      expect(await listed(ens)).toMatchObject([{ ...callback, callbackId, status: "verified" }]);
      expect(await listOf(ens, callbackId)).toMatchObject([{ ...body, subscriptionId, status: "active" }]);
      // An import requires that the object behaves like any other.
      expect((await ens.call("PUT", CALLBACKS, [{ callbackId, callbackName: "imported" }])).status).toBe(200);
      expect(await delivered(ens, ["event"])).toEqual(["event"]);
      expect(await ens.call("DELETE", `${CALLBACKS}/${callbackId}`)).toEqual(refusal(409, 30002));
      expect((await ens.call("DELETE", `${SUBSCRIPTIONS}/${subscriptionId}`)).status).toBe(200);
      expect((await ens.call("DELETE", `${CALLBACKS}/${callbackId}`)).status).toBe(200);
    },
  },
  {
    id: "consistency.virtual-clock",
    needs: "simulator",
    options: { lag: { subscriptions: 120 } },
    async run(ens) {
      const [late, good] = [await created(ens), await verified(ens)];
      await subscription(ens, { callbackId: good.callbackId });
      const token = await ens.token();
      const list = async () =>
        (await ens.call("GET", `${BY_CALLBACK}/${good.callbackId}`, undefined, { token })).status;
      await advance(ens, 119);
      expect(await delivered(ens, ["119 s"])).toEqual([]);
      await advance(ens, 1);
      expect(await delivered(ens, ["120 s"])).toEqual(["120 s"]);
      ens.receiver.answers = [500, 500, 200];
      expect(await delivered(ens, ["retried"])).toHaveLength(1);
      await advance(ens, 3);
      expect(ens.receiver.received).toHaveLength(4);
      await advance(ens, 1200 - 124);
      expect(await list()).toBe(200);
      await advance(ens, 1);
      expect(await list()).toBe(401);
      await advance(ens, 4 * 3600 - 1200 + 1);
      const key = keyOf(ens, late.callbackId);
      expect(await ens.call("POST", VERIFY, key, { token: await ens.token() })).toEqual(refusal(404, 404));
    },
  },
  {
    id: "consistency.method-list",
    needs: "anywhere",
    async run(ens) {
      const answer = await ens.call("GET", "/platform/v1/rest");
      expect(answer.status).toBe(200);
      expect(answer.items.length).toBeGreaterThan(0);
      expect((await ens.call("GET", "/platform/v1/rest", undefined, { token: null })).status).toBe(401);
    },
  },
];
