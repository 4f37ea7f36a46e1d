import { type Guarded, guards } from "./guards";
import { EMAIL_SENT, NOBODY, refusal, SUBSCRIPTIONS, state } from "./steps";
import { delivered, listOf, malformedId, paused, shown, subscription } from "./subscription-steps";
import type { Case, Session } from "./suite";

const GUARDED: Guarded = {
  id: "subscription.delete",
  scope: "event_notification_subscription_delete",
  request: async (ens) => ({ method: "DELETE", path: `${SUBSCRIPTIONS}/${(await subscription(ens)).subscriptionId}` }),
};

const remove = (ens: Session, subscriptionId: string) => ens.call("DELETE", `${SUBSCRIPTIONS}/${subscriptionId}`);

/** A case in which a subscription of some status is deleted and no longer exists. */
function deletable(id: string, made: (ens: Session) => Promise<{ subscriptionId: string; callbackId: string }>): Case {
  return {
    id,
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId, callbackId } = await made(ens);
      expect((await remove(ens, subscriptionId)).status).toBe(200);
      expect(await ens.call("GET", `${SUBSCRIPTIONS}/${subscriptionId}`)).toEqual(refusal(404, 404));
      expect(await listOf(ens, callbackId)).toEqual([]);
    },
  };
}

export const SUBSCRIPTIONS_DELETE: readonly Case[] = [
  {
    id: "subscription.delete.status-200",
    needs: "simulator",
    async run(ens) {
      const { subscriptionId, callbackId } = await subscription(ens);
      const other = await subscription(ens, { callbackId, filters: ["definitionKey=other"] });
      expect(await delivered(ens, ["before"])).toEqual(["before"]);
      expect((await remove(ens, subscriptionId)).status).toBe(200);
      expect(await ens.call("GET", `${SUBSCRIPTIONS}/${subscriptionId}`)).toEqual(refusal(404, 404));
      expect(await delivered(ens, ["after", "other"])).toEqual(["other"]);
      expect(await listOf(ens, callbackId)).toMatchObject([{ subscriptionId: other.subscriptionId }]);
    },
  },
  deletable("subscription.delete.paused", paused),
  deletable("subscription.delete.no-pause-needed", async (ens) => {
    const made = await subscription(ens);
    expect(await shown(ens, made.subscriptionId)).toMatchObject({ status: "active" });
    return made;
  }),
  {
    id: "subscription.delete.body",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await subscription(ens);
      for (const [deleteBody, text] of [
        ["empty", ""],
        ["json", "{}"],
        ["text", "OK"],
      ] as const) {
        await ens.turn({ deleteBody });
        const { subscriptionId } = await subscription(ens, { callbackId });
        expect(await remove(ens, subscriptionId)).toMatchObject({ status: 200, text });
        expect(await listOf(ens, callbackId)).toHaveLength(1);
      }
    },
  },
  {
    id: "subscription.delete.status-404",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId, callbackId } = await subscription(ens);
      for (const id of [NOBODY, callbackId]) expect(await remove(ens, id)).toEqual(refusal(404, 404));
      expect(await listOf(ens, callbackId)).toMatchObject([{ subscriptionId }]);
    },
  },
  {
    id: "subscription.delete.repeated",
    needs: "simulator",
    async run(ens) {
      const { subscriptionId } = await subscription(ens);
      expect((await remove(ens, subscriptionId)).status).toBe(200);
      const before = await state(ens);
      expect(await remove(ens, subscriptionId)).toEqual(refusal(404, 404));
      await ens.turn({ repeatDelete: 200 });
      expect(await remove(ens, subscriptionId)).toMatchObject({ status: 200, text: "" });
      expect(await remove(ens, NOBODY)).toEqual(refusal(404, 404));
      expect(await state(ens)).toEqual(before);
    },
  },
  malformedId("subscription.delete.malformed-id", "DELETE", SUBSCRIPTIONS),
  {
    id: "subscription.delete.frees-name",
    needs: "anywhere",
    async run(ens) {
      const { subscriptionId, subscriptionName, callbackId } = await subscription(ens);
      const body = [{ subscriptionName, callbackId, eventCategoryTypes: [EMAIL_SENT] }];
      expect((await ens.call("POST", SUBSCRIPTIONS, body)).status).not.toBe(201);
      expect((await remove(ens, subscriptionId)).status).toBe(200);
      const again = await ens.call("POST", SUBSCRIPTIONS, body);
      expect(again.status).toBe(201);
      expect(again.items[0]?.subscriptionId).not.toBe(subscriptionId);
    },
  },
  ...guards(GUARDED),
];
