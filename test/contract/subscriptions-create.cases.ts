import { type Guarded, guards } from "./guards";
import {
  CALLBACKS,
  created,
  EMAIL_SENT,
  GUID,
  NOBODY,
  refusal,
  SUBSCRIPTIONS,
  state,
  verified,
  verify,
  wanted,
} from "./steps";
import { asked, delivered, fill, listOf, NOT_SENT, refusedCreate, shown, subscription } from "./subscription-steps";
import type { Case, Session } from "./suite";

const GUARDED: Guarded = {
  id: "subscription.create",
  scope: "event_notification_subscription_create",
  async request(ens) {
    const { callbackId } = await verified(ens);
    return { method: "POST", path: SUBSCRIPTIONS, body: [asked(ens, callbackId)] };
  },
};

/** Asserts that a callback rejects subscriptions with 400, or with 409 by a switch. */
function notVerified(id: string, callbackOf: (ens: Session) => Promise<string>): Case {
  return {
    id,
    needs: "simulator",
    async run(ens) {
      const callbackId = await callbackOf(ens);
      const post = () => ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId)]);
      expect(await post()).toEqual(refusal(400, 30001));
      await ens.turn({ unverifiedCallbackStatus: 409 });
      expect(await post()).toEqual(refusal(409, 30001));
      expect((await state(ens)).subscriptions).toEqual([]);
    },
  };
}

/** Creates a callback whose verification request fails. */
async function orphan(ens: Session): Promise<string> {
  ens.receiver.probeStatus = 500;
  const answer = await ens.call("POST", CALLBACKS, [wanted(ens)]);
  expect(answer).toEqual(refusal(400, 30000));
  const { callbacks } = await state(ens);
  expect(callbacks).toHaveLength(1);
  return String(callbacks[0]?.callbackId);
}

export const SUBSCRIPTIONS_CREATE: readonly Case[] = [
  {
    id: "subscription.create.status-201",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, callbackName } = await verified(ens);
      const body = asked(ens, callbackId, {
        eventCategoryTypes: [EMAIL_SENT, NOT_SENT],
        filters: ["definitionKey=order-confirm"],
      });
      const answer = await ens.call("POST", SUBSCRIPTIONS, [body]);
      expect(answer.status).toBe(201);
      const subscriptionId = expect.stringMatching(GUID);
      expect(answer.body).toEqual([{ ...body, callbackName, subscriptionId, status: "active" }]);
      expect(await listOf(ens, callbackId)).toMatchObject([{ ...body, callbackName, status: "active" }]);
    },
  },
  {
    id: "subscription.create.active",
    needs: "anywhere",
    async run(ens) {
      const made = await subscription(ens);
      expect(made.status).toBe("active");
      expect(await shown(ens, made.subscriptionId)).toMatchObject({ status: "active" });
    },
  },
  {
    id: "subscription.create.active-although-paused-asked",
    needs: "anywhere",
    async run(ens) {
      const made = await subscription(ens, { status: "paused", statusReason: "not yet" });
      expect(made.status).toBe("active");
      expect(await shown(ens, made.subscriptionId)).toMatchObject({ status: "active", statusReason: "none" });
    },
  },
  {
    id: "subscription.create.delivery-within-2-min",
    needs: "simulator",
    options: { lag: { subscriptions: 120 } },
    async run(ens) {
      await subscription(ens);
      expect(await delivered(ens, ["at once"])).toEqual([]);
      await ens.simulator.admin.clock({ advanceSeconds: 119 });
      expect(await delivered(ens, ["after 119 s"])).toEqual([]);
      await ens.simulator.admin.clock({ advanceSeconds: 1 });
      expect(await delivered(ens, ["after 120 s"])).toEqual(["after 120 s"]);
    },
  },
  {
    id: "subscription.create.body-object",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      expect(await ens.call("POST", SUBSCRIPTIONS, asked(ens, callbackId))).toEqual(refusal(400, 10001));
      expect(await listOf(ens, callbackId)).toEqual([]);
    },
  },
  {
    id: "subscription.create.several-elements",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const bodies = [asked(ens, callbackId), asked(ens, callbackId)];
      const answer = await ens.call("POST", SUBSCRIPTIONS, bodies);
      expect(answer.status).toBe(201);
      expect(answer.items).toMatchObject(bodies);
      expect(await listOf(ens, callbackId)).toMatchObject(bodies);
      await ens.turn({ maxItems: 1 });
      const more = [asked(ens, callbackId), asked(ens, callbackId)];
      expect(await ens.call("POST", SUBSCRIPTIONS, more)).toEqual(refusal(400, 10005));
      expect(await listOf(ens, callbackId)).toHaveLength(2);
      expect((await ens.call("POST", SUBSCRIPTIONS, more.slice(1))).status).toBe(201);
    },
  },
  {
    id: "subscription.create.several-elements-one-bad",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const good = asked(ens, callbackId);
      const post = (second: object) => ens.call("POST", SUBSCRIPTIONS, [good, second]);
      expect(await post(asked(ens, callbackId, { subscriptionName: undefined }))).toEqual(refusal(400, 10002));
      expect(await post(asked(ens, NOBODY))).toEqual(refusal(404, 404));
      // This element is invalid only together with the other one.
      expect((await post(asked(ens, callbackId, { subscriptionName: good.subscriptionName }))).status).toBe(304);
      expect(await listOf(ens, callbackId)).toEqual([]);
      await ens.turn({ arrayFailure: "partial" });
      expect(await post(asked(ens, callbackId, { subscriptionName: undefined }))).toEqual(refusal(400, 10002));
      expect(await listOf(ens, callbackId)).toMatchObject([good]);
    },
  },
  refusedCreate(
    "subscription.create.name-missing",
    () => [{ subscriptionName: undefined }, { subscriptionName: null }, { subscriptionName: "" }],
    400,
    10002,
  ),
  {
    id: "subscription.create.name-duplicate",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, subscriptionName } = await subscription(ens);
      const again = () => ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId, { subscriptionName })]);
      for (const duplicateStatus of ["auto", 304] as const) {
        await ens.turn({ duplicateStatus });
        expect(await again()).toMatchObject({ status: 304, text: "" });
      }
      await ens.turn({ duplicateStatus: 400 });
      expect(await again()).toEqual(refusal(400, 30001));
      await ens.turn({ duplicateStatus: 409 });
      expect(await again()).toEqual(refusal(409, 30004));
      expect(await listOf(ens, callbackId)).toHaveLength(1);
    },
  },
  {
    id: "subscription.create.name-duplicate-other-callback",
    needs: "simulator",
    async run(ens) {
      const { subscriptionName } = await subscription(ens);
      const other = await verified(ens);
      for (const uniquenessScope of ["mid", "tenant"] as const) {
        await ens.turn({ uniquenessScope });
        const again = await ens.call("POST", SUBSCRIPTIONS, [asked(ens, other.callbackId, { subscriptionName })]);
        expect(again).toMatchObject({ status: 304, text: "" });
      }
      expect(await listOf(ens, other.callbackId)).toEqual([]);
    },
  },
  {
    id: "subscription.create.name-duplicate-other-mid",
    needs: "simulator",
    async run(ens) {
      const { subscriptionName } = await subscription(ens);
      const token = await ens.token({ account_id: 7000003 });
      const { callbackId } = await verified(ens, {}, token);
      const post = () => ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId, { subscriptionName })], { token });
      await ens.turn({ uniquenessScope: "tenant" });
      expect(await post()).toMatchObject({ status: 304, text: "" });
      await ens.turn({ uniquenessScope: "mid" });
      expect((await post()).items).toMatchObject([{ subscriptionName, callbackId }]);
      expect((await state(ens)).subscriptions.map(({ mid }) => mid)).toEqual([7000002, 7000003]);
    },
  },
  refusedCreate(
    "subscription.create.callback-id-missing",
    () => [{ callbackId: undefined }, { callbackId: "" }],
    400,
    10002,
  ),
  refusedCreate("subscription.create.status-404", () => [{ callbackId: NOBODY }], 404, 404),
  notVerified("subscription.create.callback-unverified", async (ens) => (await created(ens)).callbackId),
  notVerified("subscription.create.callback-orphan", orphan),
  {
    id: "subscription.create.right-after-verify",
    needs: "anywhere",
    async run(ens) {
      const quick = await verified(ens);
      expect((await ens.call("POST", SUBSCRIPTIONS, [asked(ens, quick.callbackId)])).status).toBe(201);
      await ens.turn({ verifyLag: 120 });
      const slow = await verified(ens);
      expect(await ens.call("POST", SUBSCRIPTIONS, [asked(ens, slow.callbackId)])).toEqual(refusal(400, 30001));
      expect(await listOf(ens, slow.callbackId)).toEqual([]);
    },
  },
  {
    id: "subscription.create.verify-lag",
    needs: "simulator",
    options: { switches: { verifyLag: 120 } },
    async run(ens) {
      const { callbackId } = await created(ens);
      await ens.simulator.admin.clock({ advanceSeconds: 300 });
      expect((await verify(ens, callbackId)).status).toBe(200);
      const body = [asked(ens, callbackId)];
      for (const advanceSeconds of [10, 109]) {
        await ens.simulator.admin.clock({ advanceSeconds });
        expect(await ens.call("POST", SUBSCRIPTIONS, body)).toEqual(refusal(400, 30001));
      }
      await ens.simulator.admin.clock({ advanceSeconds: 1 });
      expect((await ens.call("POST", SUBSCRIPTIONS, body)).status).toBe(201);
    },
  },
  {
    id: "subscription.create.limit-200",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      await fill(ens, callbackId, 199);
      expect((await ens.call("POST", SUBSCRIPTIONS, [asked(ens, callbackId)])).status).toBe(201);
      expect(await listOf(ens, callbackId)).toHaveLength(200);
    },
  },
  {
    id: "subscription.create.limit-201",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      await fill(ens, callbackId, 199);
      // Two at once exceed the limit by one.
      const two = [asked(ens, callbackId), asked(ens, callbackId)];
      expect(await ens.call("POST", SUBSCRIPTIONS, two)).toEqual(refusal(400, 30001));
      await fill(ens, callbackId, 1);
      const body = [asked(ens, callbackId)];
      expect(await ens.call("POST", SUBSCRIPTIONS, body)).toEqual(refusal(400, 30001));
      await ens.turn({ limitStatus: 409 });
      expect(await ens.call("POST", SUBSCRIPTIONS, body)).toEqual(refusal(409, 30001));
      expect(await listOf(ens, callbackId)).toHaveLength(200);
    },
  },
  {
    id: "subscription.create.limit-per-callback",
    needs: "anywhere",
    async run(ens) {
      const [full, other] = [await verified(ens), await verified(ens)];
      await fill(ens, full.callbackId, 200);
      expect((await ens.call("POST", SUBSCRIPTIONS, [asked(ens, other.callbackId)])).status).toBe(201);
      expect(await listOf(ens, other.callbackId)).toHaveLength(1);
    },
  },
  {
    id: "subscription.create.answer-lost",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const body = asked(ens, callbackId);
      await ens.simulator.admin.faults([{ kind: "answer-lost", method: "POST", path: SUBSCRIPTIONS }]);
      await expect(ens.call("POST", SUBSCRIPTIONS, [body])).rejects.toThrow("fetch failed");
      const subscriptionId = expect.stringMatching(GUID);
      expect(await listOf(ens, callbackId)).toMatchObject([{ ...body, subscriptionId, status: "active" }]);
    },
  },
  ...guards(GUARDED),
];
