import {
  CALLBACKS,
  created,
  EMAIL_SENT,
  listed,
  NOBODY,
  read,
  refusal,
  SUBSCRIPTIONS,
  subscribed,
  verified,
} from "./steps";
import type { Answer, Case, Session } from "./suite";

const remove = (ens: Session, callbackId: string): Promise<Answer> => ens.call("DELETE", `${CALLBACKS}/${callbackId}`);

/** Asserts that a callback in use and its subscription cannot be deleted. */
async function refusedInUse(ens: Session, callbackId: string, subscriptionId: string): Promise<void> {
  expect(await remove(ens, callbackId)).toEqual(refusal(409, 30002));
  expect(await read(ens, callbackId)).toMatchObject({ callbackId, status: "verified" });
  expect((await ens.call("GET", `${SUBSCRIPTIONS}/${subscriptionId}`)).status).toBe(200);
}

async function freed(ens: Session, callbackId: string, subscriptionId: string): Promise<void> {
  expect((await ens.call("DELETE", `${SUBSCRIPTIONS}/${subscriptionId}`)).status).toBe(200);
  expect((await remove(ens, callbackId)).status).toBe(200);
  expect(await read(ens, callbackId)).toBeUndefined();
}

export const DELETE: readonly Case[] = [
  {
    id: "callback.delete.status-200",
    needs: "anywhere",
    async run(ens) {
      const [{ callbackId }, other] = [await verified(ens), await created(ens)];
      expect((await remove(ens, callbackId)).status).toBe(200);
      expect((await ens.call("GET", `${CALLBACKS}/${callbackId}`)).status).toBe(404);
      const ids = (await listed(ens)).map((callback) => callback.callbackId);
      expect(ids).not.toContain(callbackId);
      expect(ids).toContain(other.callbackId);
    },
  },
  {
    id: "callback.delete.body",
    needs: "anywhere",
    async run(ens) {
      for (const [deleteBody, text] of [
        ["empty", ""],
        ["json", "{}"],
        ["text", "OK"],
      ] as const) {
        await ens.turn({ deleteBody });
        const { callbackId } = await verified(ens);
        expect(await remove(ens, callbackId)).toMatchObject({ status: 200, text });
        expect(await read(ens, callbackId)).toBeUndefined();
      }
    },
  },
  {
    id: "callback.delete.status-409",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const subscriptionId = await subscribed(ens, callbackId);
      await refusedInUse(ens, callbackId, subscriptionId);
      await freed(ens, callbackId, subscriptionId);
    },
  },
  {
    id: "callback.delete.status-409-paused",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const subscriptionId = await subscribed(ens, callbackId);
      const pause = { subscriptionId, eventCategoryTypes: [EMAIL_SENT], status: "paused", statusReason: "not now" };
      const paused = await ens.call("PUT", SUBSCRIPTIONS, [pause]);
      expect(paused.items).toEqual([expect.objectContaining({ subscriptionId, status: "paused" })]);
      await refusedInUse(ens, callbackId, subscriptionId);
      await freed(ens, callbackId, subscriptionId);
    },
  },
  {
    id: "callback.delete.after-last-subscription",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await verified(ens);
      const [first, last] = [await subscribed(ens, callbackId), await subscribed(ens, callbackId)];
      expect((await ens.call("DELETE", `${SUBSCRIPTIONS}/${first}`)).status).toBe(200);
      await refusedInUse(ens, callbackId, last);
      await freed(ens, callbackId, last);
    },
  },
  {
    id: "callback.delete.status-404",
    needs: "simulator",
    async run(ens) {
      await created(ens);
      expect(await remove(ens, NOBODY)).toEqual(refusal(404, 404));
      expect(await listed(ens)).toHaveLength(1);
    },
  },
  {
    id: "callback.delete.repeated",
    needs: "anywhere",
    async run(ens) {
      const [{ callbackId }, { callbackId: other }] = [await created(ens), await created(ens)];
      expect((await remove(ens, callbackId)).status).toBe(200);
      expect(await remove(ens, callbackId)).toEqual(refusal(404, 404));
      await ens.turn({ repeatDelete: 200 });
      expect((await remove(ens, callbackId)).status).toBe(200);
      expect((await listed(ens)).map((callback) => callback.callbackId)).toEqual([other]);
    },
  },
  {
    id: "callback.delete.malformed-id",
    needs: "anywhere",
    async run(ens) {
      await created(ens);
      expect(await remove(ens, "no-guid")).toEqual(refusal(400, 10003));
      await ens.turn({ malformedId: 404 });
      expect(await remove(ens, "no-guid")).toEqual(refusal(404, 404));
      expect(await listed(ens)).toHaveLength(1);
    },
  },
  {
    id: "callback.delete.unverified",
    needs: "anywhere",
    async run(ens) {
      const { callbackId } = await created(ens);
      expect(await read(ens, callbackId)).not.toMatchObject({ status: "verified" });
      expect((await remove(ens, callbackId)).status).toBe(200);
      expect(await read(ens, callbackId)).toBeUndefined();
    },
  },
  {
    id: "callback.delete.frees-url",
    needs: "anywhere",
    async run(ens) {
      const { callbackId, url } = await verified(ens);
      expect((await remove(ens, callbackId)).status).toBe(200);
      const again = await created(ens, { url });
      expect(again.url).toBe(url);
      expect(again.callbackId).not.toBe(callbackId);
    },
  },
  {
    id: "callback.delete.answer-lost",
    needs: "simulator",
    async run(ens) {
      const { callbackId } = await created(ens);
      await ens.simulator.admin.faults([{ kind: "answer-lost", method: "DELETE" }]);
      await expect(remove(ens, callbackId)).rejects.toThrow();
      expect(await listed(ens)).toEqual([]);
      expect(await remove(ens, callbackId)).toEqual(refusal(404, 404));
    },
  },
];
